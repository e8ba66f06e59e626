use std::collections::BTreeMap;

use maud::{Markup, html};

use super::layout::page;
use super::{PRODUCT, badge};
use crate::catalogue::Offer;
use crate::routes::connect::NAME;

/// What is asked before the user is sent to the provider.
pub(crate) fn connect(
    user: &str,
    offer: &Offer,
    filled: &BTreeMap<&str, &str>,
    missing: Option<&str>,
) -> Markup {
    let value = |name: &str| filled.get(name).copied().unwrap_or_default();
    let example = format!("My {}", offer.name);
    let name_hint = format!("So that you know it again, such as “{example}”.");
    page(
        &format!("Connect {}", offer.name),
        Some(user),
        &html! {
            section class="sheet" {
                (badge(&offer.key))
                h1 { "Connect " (offer.name) }
                p { "You go on to " (offer.name) ", which asks whether " (PRODUCT) " may use your account. We never see your password." }
                form class="fields" method="post" action={ "/connect/" (offer.key) } novalidate {
                    (field(NAME, "What shall we call it?", &name_hint, value(NAME), missing))
                    @for entry in &offer.fields {
                        (field(&entry.key, &entry.label, &entry.hint, value(&entry.key), missing))
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

/// A line to fill in. The first that is missing has the focus.
fn field(name: &str, label: &str, hint: &str, value: &str, missing: Option<&str>) -> Markup {
    let is_missing = missing == Some(name);
    let id = format!("field-{name}");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described = if is_missing {
        format!("{error_id} {hint_id}")
    } else {
        hint_id.clone()
    };
    html! {
        div class="field" {
            label for=(id) { (label) }
            p class="hint" id=(hint_id) { (hint) }
            @if is_missing {
                p class="field-error" id=(error_id) { "Please fill this in, with 120 characters at most." }
            }
            input type="text" id=(id) name=(name) value=(value) required maxlength="120"
                autocomplete="off" aria-describedby=(described)
                aria-invalid=[is_missing.then_some("true")] autofocus[is_missing];
        }
    }
}

/// The way in.
pub(crate) fn sign_in(user: &str, refused: bool) -> Markup {
    page(
        "Sign in",
        None,
        &html! {
            section class="sheet welcome" {
                h1 { "All your accounts in one " span class="accent" { "shoebox" } }
                p class="lead" { "Connect the places where your pictures and papers are. See what has access, and take it back whenever you like." }
                form class="fields" method="post" action="/sign-in" novalidate {
                    div class="field" {
                        label for="user" { "Your name" }
                        p class="hint" id="user-hint" { "This is a demonstration: any name will do, and there is no password." }
                        @if refused {
                            p class="field-error" id="user-error" { "Please give a name of 1 to 40 characters." }
                        }
                        input type="text" id="user" name="user" value=(user) required maxlength="40"
                            autocomplete="username" aria-describedby=(if refused { "user-error user-hint" } else { "user-hint" })
                            aria-invalid=[refused.then_some("true")] autofocus[refused];
                    }
                    div class="choice" { button class="primary" type="submit" { "Sign in" } }
                }
            }
        },
    )
}

/// The platform takes longer than a page should.
pub(crate) fn working(name: &str, element: &str) -> Markup {
    page(
        "Being connected",
        None,
        &html! {
            section class="sheet" role="status" {
                (badge(element))
                h1 { (name) " is being connected" }
                p { "The provider has your consent. Setting the account up takes a little longer than usual; it goes on even if you close this page." }
                div class="choice" { a class="button primary" href="/" { "To your accounts" } }
            }
        },
    )
}
