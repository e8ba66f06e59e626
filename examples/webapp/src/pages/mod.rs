//! The pages. Plain HTML: they work without a script, with a keyboard alone, and read aloud.

mod home;

use std::collections::BTreeMap;

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

pub(crate) use home::{Home, changes};

use crate::accounts::Account;
use crate::connect::NAME;
use crate::connect::catalogue::Offer;
use crate::error::AppError;

/// The application's name.
const PRODUCT: &str = "Shoebox";

/// A whole page. `user` is who is signed in, if anybody is.
fn page(title: &str, user: Option<&str>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (PRODUCT) }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body {
                a class="skip" href="#main" { "Skip to the content" }
                header class="top" {
                    div class="top-inner" {
                        a class="brand" href="/" {
                            // A box, and what is in it.
                            svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false" {
                                rect class="mark-ground" width="32" height="32" rx="8" {}
                                path class="mark-line" d="M8 14h16v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 8 23zM6.5 9.5h19V14h-19zM13 18h6" {}
                            }
                            span { (PRODUCT) }
                        }
                        @if let Some(user) = user {
                            form class="who" method="post" action="/sign-out" {
                                span class="who-name" { span class="unseen" { "Signed in as " } (user) }
                                button class="quiet" type="submit" { "Sign out" }
                            }
                        }
                    }
                }
                main id="main" tabindex="-1" { (content) }
                footer class="foot" {
                    p { "An example. Your accounts are connected through the Cloud Elements platform." }
                }
            }
        }
    }
}

/// The letter that stands for an element, where there is no picture.
fn badge(element: &str) -> Markup {
    let letter = element.chars().next().unwrap_or('?').to_uppercase();
    // One of six colours, the same for the same element everywhere.
    let mixed = |sum: u32, byte| sum * 5 % 1009 + u32::from(byte);
    let colour = element.bytes().fold(0, mixed) % 6;
    html! { span class={ "badge badge-" (colour) } aria-hidden="true" { (letter) } }
}

/// A time in milliseconds since 1970, as a person reads it, and as a machine does.
fn time(millis: i64) -> Markup {
    let time = Timestamp::from_millisecond(millis).unwrap_or_default();
    html! {
        time datetime=(time.strftime("%Y-%m-%dT%H:%M:%SZ")) { (time.strftime("%-d %B %Y, %H:%M UTC")) }
    }
}

/// What is asked before the user is sent to the provider. The first field that is missing has the focus.
pub(crate) fn connect(
    user: &str,
    offer: &Offer,
    filled: &BTreeMap<String, String>,
    missing: Option<&str>,
) -> Markup {
    let hint = format!("So that you know it again, such as “My {}”.", offer.name);
    let own = std::iter::once((NAME, "What shall we call it?", hint.as_str()));
    let theirs = offer.fields.iter();
    let theirs = theirs.map(|field| (&*field.key, &*field.label, &*field.hint));
    page(
        &format!("Connect {}", offer.name),
        Some(user),
        &html! {
            section class="sheet" {
                (badge(&offer.key))
                h1 { "Connect " (offer.name) }
                p { "You go on to " (offer.name) ", which asks whether " (PRODUCT) " may use your account. We never see your password." }
                form class="fields" method="post" action={ "/connect/" (offer.key) } novalidate {
                    @for about in own.chain(theirs) {
                        @let error = (missing == Some(about.0)).then_some("Please fill this in, with 120 characters at most.");
                        (field(about, ("off", 120), filled.get(about.0).map_or("", String::as_str), error))
                    }
                    div class="choice" {
                        button class="primary" type="submit" { "Continue to " (offer.name) }
                        a class="button" href="/" { "Cancel" }
                    }
                }
            }
        },
    )
}

/// A line to fill in.
///
/// `complete` says what a browser may fill in, and `most` how many characters there may be.
fn field(
    (name, label, hint): (&str, &str, &str),
    (complete, most): (&str, usize),
    value: &str,
    error: Option<&str>,
) -> Markup {
    let id = format!("field-{name}");
    let described = if error.is_some() {
        format!("{id}-error {id}-hint")
    } else {
        format!("{id}-hint")
    };
    html! {
        div class="field" {
            label for=(id) { (label) }
            p class="hint" id={ (id) "-hint" } { (hint) }
            @if let Some(error) = error { p class="field-error" id={ (id) "-error" } { (error) } }
            input type="text" id=(id) name=(name) value=(value) required maxlength=(most)
                autocomplete=(complete) aria-describedby=(described)
                aria-invalid=[error.map(|_| "true")] autofocus[error.is_some()];
        }
    }
}

/// The way in.
pub(crate) fn sign_in(user: &str, refused: bool) -> Markup {
    let hint = "This is a demonstration: any name will do, and there is no password.";
    let error = refused.then_some("Please give a name of 1 to 40 characters.");
    page(
        "Sign in",
        None,
        &html! {
            section class="sheet welcome" {
                h1 { "All your accounts in one " span class="accent" { "shoebox" } }
                p class="lead" { "Connect the places where your pictures and papers are. See what has access, and take it back whenever you like." }
                form class="fields" method="post" action="/sign-in" novalidate {
                    (field(("user", "Your name", hint), ("username", 40), user, error))
                    div class="choice" { button class="primary" type="submit" { "Sign in" } }
                }
            }
        },
    )
}

/// Asks before it takes away.
pub(crate) fn confirm_disconnect(account: &Account) -> Markup {
    page(
        "Disconnect",
        Some(&account.owner),
        &html! {
            section class="sheet" {
                (badge(&account.element))
                h1 { "Disconnect " (account.name) "?" }
                p { "We lose access at once, and delete what we keep of it. What is at the provider stays as it is. You can connect the account again at any time." }
                form class="choice" method="post" action={ "/accounts/" (account.instance) "/disconnect" } {
                    button class="primary danger-fill" type="submit" { "Disconnect" }
                    a class="button" href="/" { "Keep it" }
                }
            }
        },
    )
}

/// What went wrong, and what to do. `request` is our own id of it.
pub(crate) fn error(error: &AppError, request: &str) -> Markup {
    let (_, title, text) = error.page();
    page(
        title,
        None,
        &html! {
            section class="sheet" role="alert" {
                h1 { (title) }
                p { (text) }
                @if let Some(words) = error.words() { p class="words" { "In their words: " q { (words) } } }
                @if let Some(seconds) = error.retry_after() {
                    p { "They ask us to wait for " (seconds) @if seconds == 1 { " second." } @else { " seconds." } }
                }
                @match error {
                    AppError::SignedOut => div class="choice" { a class="button primary" href="/" { "Sign in" } },
                    AppError::Denied { element, .. } | AppError::Connecting { element, .. } => div class="choice" {
                        a class="button primary" href={ "/connect/" (element) } { "Begin again" }
                        a class="button" href="/" { "To your accounts" }
                    },
                    AppError::UnknownOutcome { flow, .. } => form class="choice" method="post" action={ "/flows/" (flow) "/look" } {
                        button class="primary" type="submit" { "Look again" }
                        a class="button" href="/" { "To your accounts" }
                    },
                    _ => div class="choice" { a class="button primary" href="/" { "To your accounts" } },
                }
                dl class="facts support" {
                    div { dt { "For our support" } dd { code { (request) } } }
                    @if let Some(id) = error.of_platform().and_then(|error| error.request_id()) {
                        div { dt { "For the platform's support" } dd { code id="platform-request" { (id) } } }
                    }
                }
            }
        },
    )
}
