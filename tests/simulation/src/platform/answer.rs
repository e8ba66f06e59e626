//! Answers as they are on the wire.

use ce_core::Response;
use ce_core::http::{self, HeaderName, HeaderValue, StatusCode};

use super::Held;

/// How an instance is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Plain,
    /// A byte order mark before it, an id that is text, a tag that is none, and no element.
    Odd,
    /// Without tags, as documented answers often are.
    Untagged,
}

pub(crate) fn response(status: u16, body: impl Into<String>) -> Response {
    response_with(status, &[], body)
}

pub(crate) fn response_with(
    status: u16,
    headers: &[(&'static str, String)],
    body: impl Into<String>,
) -> Response {
    let mut response = http::Response::new(body.into().into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            let name = HeaderName::from_static(name);
            response.headers_mut().insert(name, value);
        }
    }
    response.into()
}

/// An answer that nobody asked for.
pub(crate) fn empty_list() -> Response {
    response(200, "[]")
}

pub(super) fn list<'a>(items: impl Iterator<Item = &'a Held>, shape: Shape) -> String {
    let items: Vec<String> = items.map(|held| instance(held, shape)).collect();
    let mark = if shape == Shape::Odd { "\u{feff}" } else { "" };
    format!("{mark}[{}]", items.join(","))
}

pub(super) fn instance(held: &Held, shape: Shape) -> String {
    let (id, token, tags) = (held.id, held.token(), held.tags.join(r#"",""#));
    match shape {
        Shape::Plain => format!(
            r#"{{"id":{id},"token":"{token}","element":{{"key":"instagram"}},"tags":["{tags}"]}}"#
        ),
        Shape::Odd => format!(r#"{{"id":"{id}","tags":[null,"{tags}"],"token":"{token}"}}"#),
        Shape::Untagged => format!(r#"{{"id":{id},"token":"{token}","element":{{"id":74}}}}"#),
    }
}
