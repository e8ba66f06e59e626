use maud::{Markup, html};

use super::csrf;
use super::layout::page;
use crate::trouble::{Next, Trouble};

/// What went wrong, and what to do. `request` is our own id of it.
pub(crate) fn trouble(trouble: &Trouble, request: &str) -> Markup {
    page(
        trouble.title,
        None,
        &html! {
            section class="sheet" role="alert" {
                h1 { (trouble.title) }
                p { (trouble.text) }
                @if let Some(words) = &trouble.words {
                    p class="words" { "In their words: " q { (words) } }
                }
                @if let Some(seconds) = trouble.retry_after {
                    p { "They ask us to wait for " (seconds) @if seconds == 1 { " second." } @else { " seconds." } }
                }
                (next(&trouble.next))
                dl class="facts support" {
                    div { dt { "For our support" } dd { code { (request) } } }
                    @if let Some(id) = &trouble.platform_request {
                        div { dt { "For the platform's support" } dd { code id="platform-request" { (id) } } }
                    }
                }
            }
        },
    )
}

fn next(next: &Next) -> Markup {
    html! {
        @match next {
            Next::Accounts => div class="choice" { a class="button primary" href="/" { "To your accounts" } },
            Next::SignIn => div class="choice" { a class="button primary" href="/" { "Sign in" } },
            Next::ConnectAgain(element) => div class="choice" {
                a class="button primary" href={ "/connect/" (element) } { "Begin again" }
                a class="button" href="/" { "To your accounts" }
            },
            Next::LookAgain { flow, csrf: token } => form class="choice" method="post" action={ "/flows/" (flow) "/look" } {
                (csrf(token))
                button class="primary" type="submit" { "Look again" }
                a class="button" href="/" { "To your accounts" }
            },
        }
    }
}
