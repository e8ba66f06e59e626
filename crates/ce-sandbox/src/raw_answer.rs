use std::time::SystemTime;

use http::header::{CONNECTION, CONTENT_LENGTH, DATE};

use crate::answer::Answer;
use crate::http_date;

/// An answer as the bytes of HTTP, for those who mean to break them.
pub(crate) struct RawAnswer {
    head: Vec<u8>,
    body: bytes::Bytes,
}

impl RawAnswer {
    /// Announces a body of this length; without one, a body that ends with the connection.
    pub(crate) fn new(answer: Answer, length: Option<usize>, now: SystemTime) -> Self {
        let answer = match length {
            Some(length) => answer.with(CONTENT_LENGTH, &length.to_string()),
            None => answer.with(CONNECTION, "close"),
        };
        let answer = answer.with(DATE, &http_date::format(now));
        let mut head = format!("HTTP/1.1 {}\r\n", answer.status).into_bytes();
        for (name, value) in &answer.headers {
            title_case(name.as_str(), &mut head);
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        Self {
            head,
            body: answer.body,
        }
    }

    /// The head and so many bytes of the body; all of them if there are no more.
    pub(crate) fn up_to(mut self, end: usize) -> Vec<u8> {
        let body = self.body.get(..end).unwrap_or(&self.body);
        self.head.extend_from_slice(body);
        self.head
    }
}

/// As proper answers have their headers: `Content-Type`.
fn title_case(name: &str, into: &mut Vec<u8>) {
    let mut starts_word = true;
    for byte in name.bytes() {
        into.push(if starts_word {
            byte.to_ascii_uppercase()
        } else {
            byte
        });
        starts_word = byte == b'-';
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_http_to_the_byte() {
        let answer = || {
            Answer::json(&json!({"a": 1}))
                .unwrap()
                .with(crate::answer::REQUEST_ID.clone(), "id")
        };
        let raw = |length| RawAnswer::new(answer(), length, SystemTime::UNIX_EPOCH);
        let start =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nElements-Request-Id: id\r\n";
        let date = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";
        let table = [
            (
                raw(Some(7)).up_to(0),
                format!("{start}Content-Length: 7\r\n{date}"),
            ),
            (
                raw(Some(7)).up_to(3),
                format!("{start}Content-Length: 7\r\n{date}{{\"a"),
            ),
            (
                raw(Some(3)).up_to(99),
                format!("{start}Content-Length: 3\r\n{date}{{\"a\":1}}"),
            ),
            (
                raw(None).up_to(0),
                format!("{start}Connection: close\r\n{date}"),
            ),
        ];
        for (bytes, expected) in table {
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
        let bad = Answer::empty(StatusCode::BAD_GATEWAY);
        let raw = RawAnswer::new(bad, None, SystemTime::UNIX_EPOCH).up_to(0);
        assert!(raw.starts_with(b"HTTP/1.1 502 Bad Gateway\r\n"));
    }
}
