use maud::{Markup, html};

use super::{badge, page, time};
use crate::accounts::Account;
use crate::connect::catalogue::Offer;
use crate::connect::flows::{ClaimedFlow, NOT_CREATED};
use crate::events::Change;

/// The accounts, what changed in them, and what else can be connected.
pub(crate) struct Home<'a> {
    pub(crate) accounts: &'a [Account],
    pub(crate) unfinished: &'a [ClaimedFlow],
    /// `None` if nobody tells.
    pub(crate) changes: Option<&'a [Change]>,
    /// `None` if they are not known.
    pub(crate) offers: Option<&'a [Offer]>,
    pub(crate) notice: Option<&'a str>,
}

impl Home<'_> {
    pub(crate) fn html(&self, user: &str) -> Markup {
        let Self {
            accounts,
            unfinished,
            changes: told,
            offers,
            notice,
        } = self;
        page(
            "Your accounts",
            Some(user),
            &html! {
                div class="live" role="status" aria-live="polite" {
                    @if let Some(notice) = notice { p class="notice" id="notice" tabindex="-1" autofocus { (notice) } }
                }
                div class="columns" {
                    section class="accounts" aria-labelledby="accounts-title" {
                        div class="section-head" {
                            h1 id="accounts-title" { "Your accounts" }
                            @if !accounts.is_empty() {
                                p class="count" { (accounts.len()) @if accounts.len() == 1 { " account" } @else { " accounts" } }
                            }
                        }
                        @for flow in *unfinished { (unfinished_card(flow, self.name(&flow.element))) }
                        @if accounts.is_empty() && unfinished.is_empty() {
                            div class="empty" {
                                p class="empty-title" { "Nothing is connected yet" }
                                p { "Connect your first account, and it will appear here. You can pause it or take it back at any time." }
                            }
                        } @else {
                            ul class="cards" {
                                @for account in *accounts { li { (card(account, self.name(&account.element))) } }
                            }
                        }
                        @if let Some(told) = told {
                            section class="changes" aria-labelledby="changes-title" {
                                h2 id="changes-title" { "What changed" }
                                p class="unseen" id="changes-news" role="status" {}
                                div id="changes" { (changes(told)) }
                                script src="/live.js" defer {}
                            }
                        }
                    }
                    section class="offers" aria-labelledby="offers-title" {
                        h2 id="offers-title" { "Connect an account" }
                        @match offers {
                            None => p class="hint" { "What can be connected isn't known just now. Please reload this page in a moment." },
                            Some([]) => p class="hint" { "There is nothing to connect." },
                            Some(offers) => ul class="offer-list" { @for offer in *offers { li { (offer_link(offer)) } } },
                        }
                    }
                }
            },
        )
    }

    /// An element's name, if it is known.
    fn name<'s>(&'s self, key: &'s str) -> &'s str {
        let mut offers = self.offers.unwrap_or_default().iter();
        let offer = offers.find(|offer| offer.key == key);
        offer.map_or(key, |offer| &offer.name)
    }
}

fn offer_link(offer: &Offer) -> Markup {
    html! {
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

/// What changed, the latest first: what `live.js` keeps up to date.
pub(crate) fn changes(changes: &[Change]) -> Markup {
    html! {
        @if changes.is_empty() {
            p class="hint" { "Nothing has changed in your accounts yet. What does will appear here." }
        } @else {
            ul class="change-list" {
                @for change in changes {
                    li class="change" {
                        @let word = match &*change.happened { "CREATED" => "added", "UPDATED" => "changed", "DELETED" => "removed", other => other };
                        span class="change-what" { (change.object) " was " (word) }
                        " in " (change.account) ", " (time(change.happened_at))
                    }
                }
            }
        }
    }
}

/// The head of a card: what it is, and how it is.
fn head(id: &str, element: &str, name: &str, about: &str, (state, word): (&str, &str)) -> Markup {
    html! {
        div class="card-head" {
            (badge(element))
            div class="card-name" {
                h2 id=(id) { (name) }
                p class="card-about" { (about) }
            }
            p class={ "state state-" (state) } { (word) }
        }
    }
}

fn card(account: &Account, element: &str) -> Markup {
    let id = format!("account-{}", account.instance);
    let path = format!("/accounts/{}", account.instance);
    let is_paused = account.disabled_at.is_some();
    let error = account.last_error.as_ref().filter(|_| !is_paused);
    let state = match error {
        _ if is_paused => ("paused", "Paused"),
        Some(_) => ("error", "Needs attention"),
        None => ("well", "Connected"),
    };
    html! {
        article class="card" aria-labelledby=(id) {
            (head(&id, &account.element, &account.name, element, state))
            @if let Some(error) = error { p class="card-error" { (error) } }
            dl class="facts" {
                div { dt { "Since" } dd { (time(account.connected_at)) } }
                @if account.authorized_at != account.connected_at {
                    div { dt { "Consent renewed" } dd { (time(account.authorized_at)) } }
                }
            }
            div class="actions" {
                @if is_paused {
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
    let id = format!("flow-{}", flow.id);
    let state = match flow.outcome {
        None => ("open", "Being connected"),
        Some(_) => ("error", "Not connected"),
    };
    html! {
        article class="card card-open" aria-labelledby=(id) {
            (head(&id, &flow.element, &flow.name, element, state))
            @match flow.outcome.as_deref() {
                None if flow.is_worked_on() => p class="card-text" { "The provider has your consent, and the account is being set up. This can take up to half a minute, and goes on even if you close this page." },
                None => {
                    p class="card-text" { "The answer got lost on its way to us. We keep looking for the account; you can have us look right now." }
                    div class="actions" { (action(&format!("/flows/{}/look", flow.id), "Look again", &flow.name)) }
                },
                Some(NOT_CREATED) => p class="card-text" { "The answer got lost, so we looked for the account, and it isn't there. Please connect it again." },
                Some(_) => p class="card-text" { "We looked for this account for a day, and don't know what became of it. Please connect it again." },
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
