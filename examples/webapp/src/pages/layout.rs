use maud::{DOCTYPE, Markup, html};

use super::PRODUCT;

/// A whole page. `user` is who is signed in, if anybody is.
pub(super) fn page(title: &str, user: Option<&str>, content: &Markup) -> Markup {
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
                            (mark())
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

/// The mark beside the name: a box, and what is in it.
fn mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false" {
            rect class="mark-ground" width="32" height="32" rx="8" {}
            path class="mark-line" d="M8 14h16v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 8 23zM6.5 9.5h19V14h-19zM13 18h6" {}
        }
    }
}
