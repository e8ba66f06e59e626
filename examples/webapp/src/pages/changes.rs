use maud::{Markup, html};

use super::time;
use crate::database::{Change, Timestamp};

/// The section that `live.js` keeps up to date.
pub(super) fn section(list: &[Change]) -> Markup {
    html! {
        section class="changes" aria-labelledby="changes-title" {
            h2 id="changes-title" { "What changed" }
            p class="unseen" id="changes-news" role="status" {}
            div id="changes" { (changes(list)) }
            script src="/live.js" defer {}
        }
    }
}

/// What changed, the latest first.
pub(crate) fn changes(changes: &[Change]) -> Markup {
    html! {
        @if changes.is_empty() {
            p class="hint" { "Nothing has changed in your accounts yet. What does will appear here." }
        } @else {
            ul class="change-list" {
                @for change in changes {
                    li class="change" {
                        span class="change-what" { (change.object) " was " (word(&change.happened)) }
                        " in " (change.account) ", "
                        span class="change-time" { (time(Timestamp(change.happened_at))) }
                    }
                }
            }
        }
    }
}

fn word(happened: &str) -> String {
    match happened {
        "CREATED" => "added".to_owned(),
        "UPDATED" => "changed".to_owned(),
        "DELETED" => "removed".to_owned(),
        other => other.to_lowercase(),
    }
}
