use maud::{Markup, html};

use super::layout::page;
use super::{badge, changes, time};
use crate::catalogue::Offer;
use crate::database::{Account, Change};
use crate::database::{ClaimedFlow, Outcome};

/// The accounts, and what else can be connected.
pub(crate) fn home(
    user: &str,
    accounts: &[Account],
    unfinished: &[ClaimedFlow],
    offers: Option<&[Offer]>,
    changes: Option<&[Change]>,
    notice: Option<&str>,
) -> Markup {
    let name = |key: &str| -> String {
        let mut offers = offers.unwrap_or_default().iter();
        let offer = offers.find(|offer| offer.key == key);
        offer.map_or_else(|| key.to_owned(), |offer| offer.name.clone())
    };
    page(
        "Your accounts",
        Some(user),
        &html! {
            div class="live" role="status" aria-live="polite" {
                @if let Some(notice) = notice {
                    p class="notice" id="notice" tabindex="-1" autofocus { (notice) }
                }
            }
            div class="columns" {
                section class="accounts" aria-labelledby="accounts-title" {
                    div class="section-head" {
                        h1 id="accounts-title" { "Your accounts" }
                        @if !accounts.is_empty() {
                            p class="count" { (accounts.len()) @if accounts.len() == 1 { " account" } @else { " accounts" } }
                        }
                    }
                    @for flow in unfinished { (unfinished_card(flow, &name(&flow.element))) }
                    @if accounts.is_empty() && unfinished.is_empty() {
                        div class="empty" {
                            p class="empty-title" { "Nothing is connected yet" }
                            p { "Connect your first account, and it will appear here. You can pause it or take it back at any time." }
                        }
                    } @else {
                        ul class="cards" {
                            @for account in accounts { li { (card(account, &name(&account.element))) } }
                        }
                    }
                    @if let Some(changes) = changes { (changes::section(changes)) }
                }
                section class="offers" aria-labelledby="offers-title" {
                    h2 id="offers-title" { "Connect an account" }
                    @match offers {
                        None => p class="hint" { "What can be connected isn't known just now. Please reload this page in a moment." },
                        Some([]) => p class="hint" { "There is nothing to connect." },
                        Some(offers) => ul class="offer-list" {
                            @for offer in offers {
                                li {
                                    a class="offer" href={ "/connect/" (offer.key) } {
                                        (badge(&offer.key))
                                        span class="offer-text" {
                                            span class="offer-name" { span class="unseen" { "Connect " } (offer.name) }
                                            span class="offer-about" { (offer.description) }
                                        }
                                        span class="offer-go" aria-hidden="true" { "+" }
                                    }
                                }
                            }
                        },
                    }
                }
            }
        },
    )
}

fn card(account: &Account, element: &str) -> Markup {
    let title = format!("account-{}", account.instance);
    let path = format!("/accounts/{}", account.instance);
    let (state, word) = match (account.disabled, &account.last_error) {
        (true, _) => ("paused", "Paused"),
        (false, Some(_)) => ("error", "Needs attention"),
        (false, None) => ("well", "Connected"),
    };
    html! {
        article class="card" aria-labelledby=(title) {
            div class="card-head" {
                (badge(&account.element))
                div class="card-name" {
                    h2 id=(title) { (account.name) }
                    p class="card-about" { (element) }
                }
                p class={ "state state-" (state) } { (word) }
            }
            @if let Some(error) = &account.last_error { @if !account.disabled {
                p class="card-error" { (error) }
            } }
            dl class="facts" {
                div { dt { "Since" } dd { (time(account.connected_at)) } }
                @if account.authorized_at != account.connected_at {
                    div { dt { "Consent renewed" } dd { (time(account.authorized_at)) } }
                }
            }
            div class="actions" {
                @if account.disabled {
                    (action(&format!("{path}/enable"), "Resume", &account.name))
                } @else {
                    (action(&format!("{path}/check"), "Check", &account.name))
                    (action(&format!("{path}/disable"), "Pause", &account.name))
                }
                (action(&format!("{path}/authorize"), "Renew consent", &account.name))
                a class="button danger" href={ (path) "/disconnect" } {
                    "Disconnect" span class="unseen" { " " (account.name) }
                }
            }
        }
    }
}

/// A flow that came back and has no account yet.
fn unfinished_card(flow: &ClaimedFlow, element: &str) -> Markup {
    html! {
        article class="card card-open" aria-labelledby={ "flow-" (flow.id) } {
            div class="card-head" {
                (badge(&flow.element))
                div class="card-name" {
                    h2 id={ "flow-" (flow.id) } { (flow.name) }
                    p class="card-about" { (element) }
                }
                @match flow.outcome {
                    None => p class="state state-open" { "Being connected" },
                    Some(_) => p class="state state-error" { "Not connected" },
                }
            }
            @match (flow.outcome, flow.worked_on) {
                (None, true) => p class="card-text" { "The provider has your consent, and the account is being set up. This can take up to half a minute." },
                (None, false) => {
                    p class="card-text" { "The answer got lost on its way to us. We keep looking for the account; you can have us look right now." }
                    div class="actions" { (action(&format!("/flows/{}/look", flow.id), "Look again", &flow.name)) }
                },
                (Some(Outcome::NotCreated), _) => p class="card-text" { "The answer got lost, so we looked for the account, and it isn't there. Please connect it again." },
                (Some(_), _) => p class="card-text" { "We looked for this account for a day, and don't know what became of it. Please connect it again." },
            }
            dl class="facts" { div { dt { "Consent given" } dd { (time(flow.claimed_at)) } } }
        }
    }
}

fn action(path: &str, word: &str, name: &str) -> Markup {
    html! {
        form method="post" action=(path) {
            button type="submit" { (word) span class="unseen" { " " (name) } }
        }
    }
}

/// Asks before it takes away.
pub(crate) fn confirm_disconnect(user: &str, account: &Account) -> Markup {
    page(
        "Disconnect",
        Some(user),
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
