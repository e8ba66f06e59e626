//! The pages. Plain HTML: they work without a script, with a keyboard alone, and read aloud.

mod accounts;
mod changes;
mod connect;
mod error;
mod layout;

use maud::{Markup, html};

use crate::database::Timestamp;

pub(crate) use accounts::{confirm_disconnect, home};
pub(crate) use changes::changes;
pub(crate) use connect::{connect, sign_in, working};
pub(crate) use error::error;

/// The application's name.
const PRODUCT: &str = "Shoebox";

fn time(timestamp: Timestamp) -> Markup {
    html! { time datetime=(timestamp.machine()) { (timestamp.human()) } }
}

/// The letter that stands for an element, where there is no picture.
fn badge(element: &str) -> Markup {
    let letter = element.chars().next().unwrap_or('?').to_uppercase();
    // One of six colours, the same for the same element everywhere.
    let colour = element
        .bytes()
        .fold(0_u32, |sum, byte| sum * 5 % 1009 + u32::from(byte))
        % 6;
    html! { span class={ "badge badge-" (colour) } aria-hidden="true" { (letter) } }
}
