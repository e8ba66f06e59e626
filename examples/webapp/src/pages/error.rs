use maud::{Markup, html};

use super::layout::page;
use crate::error::{AppError, NextStep};

/// What went wrong, and what to do. `request` is our own id of it.
pub(crate) fn error(error: &AppError, request: &str) -> Markup {
    page(
        error.title,
        None,
        &html! {
            section class="sheet" role="alert" {
                h1 { (error.title) }
                p { (error.text) }
                @if let Some(words) = &error.words {
                    p class="words" { "In their words: " q { (words) } }
                }
                @if let Some(seconds) = error.retry_after {
                    p { "They ask us to wait for " (seconds) @if seconds == 1 { " second." } @else { " seconds." } }
                }
                (next(&error.next))
                dl class="facts support" {
                    div { dt { "For our support" } dd { code { (request) } } }
                    @if let Some(id) = &error.platform_request {
                        div { dt { "For the platform's support" } dd { code id="platform-request" { (id) } } }
                    }
                }
            }
        },
    )
}

fn next(next: &NextStep) -> Markup {
    html! {
        @match next {
            NextStep::Accounts => div class="choice" { a class="button primary" href="/" { "To your accounts" } },
            NextStep::SignIn => div class="choice" { a class="button primary" href="/" { "Sign in" } },
            NextStep::ConnectAgain(element) => div class="choice" {
                a class="button primary" href={ "/connect/" (element) } { "Begin again" }
                a class="button" href="/" { "To your accounts" }
            },
            NextStep::LookAgain(flow) => form class="choice" method="post" action={ "/flows/" (flow) "/look" } {
                button class="primary" type="submit" { "Look again" }
                a class="button" href="/" { "To your accounts" }
            },
        }
    }
}
