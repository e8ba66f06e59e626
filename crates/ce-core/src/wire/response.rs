use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ce_model::InstanceId;
use http::{HeaderMap, StatusCode};

use super::error_body::{ErrorBody, Words};
use crate::error::{ApiError, DecodeError};

/// Which instance a response came through.
const INSTANCE_ID: &str = "elements-element-instance-id";

/// A response of the platform.
///
/// `Debug` shows its status alone: headers and body may hold secrets.
#[derive(Clone)]
pub struct Response(http::Response<Bytes>);

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The platform's id of the request (`Elements-Request-Id`), which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.header("elements-request-id")
    }

    /// The instance that the response came through (`Elements-Element-Instance-Id`).
    pub fn instance_id(&self) -> Option<InstanceId> {
        let mut named = self.headers().get_all(INSTANCE_ID).iter();
        let only = named.next().filter(|_| named.next().is_none())?;
        only.to_str().ok()?.trim().parse().ok()
    }

    /// Returns `true` if it names an instance, even if that can't be read.
    pub(crate) fn names_an_instance(&self) -> bool {
        let mut named = self.headers().get_all(INSTANCE_ID).iter();
        named.any(|id| !id.as_bytes().trim_ascii().is_empty())
    }

    /// The value of a header that is a number.
    pub(crate) fn number(&self, header: &str) -> Option<u64> {
        self.header(header)?.trim().parse().ok()
    }

    /// The whole body.
    pub fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// The whole body, to be kept.
    pub(crate) fn bytes(&self) -> Bytes {
        self.0.body().clone()
    }

    /// Returns `true` if the body is empty or white space alone.
    pub(crate) fn is_blank(&self) -> bool {
        self.body().iter().all(u8::is_ascii_whitespace)
    }

    /// The response as a decoding error. The reason ends the sentence "the platform's answer …".
    pub(crate) fn decode_error(
        &self,
        purpose: &'static str,
        reason: impl Into<String>,
    ) -> DecodeError {
        let error =
            DecodeError::new(purpose, self.status(), reason).with_body(self.0.body().clone());
        match self.request_id() {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }

    /// The response as an error of the platform's, with what words it has.
    pub(crate) fn api_error(&self, purpose: &'static str) -> ApiError {
        let mut error = ApiError::new(purpose, self.status()).with_body(self.0.body().clone());
        let text = self.text();
        let message = serde_json::from_str(&text).map(|Words(words)| words);
        if let Some(message) = message.unwrap_or_else(|_| plain(&text)) {
            error = error.with_message(message);
        }
        // serde would read an array as well.
        let object = Some(&*text).filter(|text| text.trim_start().starts_with('{'));
        let body = object.and_then(|object| serde_json::from_str(object).ok());
        let body: ErrorBody = body.unwrap_or_default();
        if let Words(Some(message)) = body.provider_message {
            error = error.with_provider_message(message);
        }
        let Words(id) = body.request_id;
        if let Some(id) = id.as_deref().or(self.request_id()) {
            error = error.with_request_id(id);
        }
        match self.retry_after() {
            Some(time) => error.with_retry_after(time),
            None => error,
        }
    }

    /// How long the platform asks to wait (`Retry-After`, in seconds or as a date). A date is measured
    /// from the response's own `Date`, so that no clock needs to be right; without one it says nothing.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
        }
        let date = |text: &str| httpdate::parse_http_date(text).ok();
        let at: SystemTime = date(value)?;
        let now = date(self.header("date")?)?;
        Some(at.duration_since(now).unwrap_or(Duration::ZERO))
    }
}

/// A gateway's plain text. Damaged JSON, a page or a form would show what it repeats of the request.
fn plain(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is_plain = !text.starts_with(['"', '[']) && !text.contains(['{', '<', '=']);
    (is_plain && !text.is_empty()).then(|| text.to_owned())
}

impl From<http::Response<Bytes>> for Response {
    fn from(response: http::Response<Bytes>) -> Self {
        Self(response)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({})", self.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::response_with;

    #[test]
    fn the_words_of_every_known_form_of_error_are_kept() {
        #[rustfmt::skip] // A row a case.
        let table: [(&[u8], _, _); 26] = [
            (br#"{"message":"m","requestId":"r"}"#, Some("m"), None),
            (br#"{"message":"m","providerMessage":"p"}"#, Some("m"), Some("p")),
            (br#"{"providerMessage":"p"}"#, None, Some("p")),
            (b"username is incorrect\n", Some("username is incorrect"), None),
            (br#""just text""#, Some("just text"), None),
            (br#"{"error":"denied","error_description":"why"}"#, Some("denied: why"), None),
            (br#"{"error":{"message":"deep"}}"#, Some("deep"), None),
            (br#"{"title":"t","detail":"d","status":400}"#, Some("t: d"), None),
            (br#"[{"message":"a"},{"message":"b"}]"#, Some("a; b"), None),
            (br#"{"errors":[{"message":"a"}]}"#, Some("a"), None),
            (br#"{"message":{"message":"m"}}"#, Some("m"), None),
            (br#"{"message":"m","providerMessage":{"error":"p"}}"#, Some("m"), Some("p")),
            (b"\xef\xbb\xbf{\"message\":\"m\"}", Some("m"), None),
            (b"{\"message\":\"caf\xe9\"}", Some("caf\u{fffd}"), None),
            (b"<html>Bad gateway</html>", None, None),
            (br#"{"message":null}"#, None, None),
            (br#"{"message":7}"#, None, None),
            (b"7", None, None),
            (b"", None, None),
            (br#"{"message":"m","more":[[[]]],"big":1e999}"#, Some("m"), None),
            // Whatever is damaged may repeat a secret.
            (br#"{"message":"x","apiSecret":"canary""#, None, None),
            (b"{\"token\":\"canary\"}\n{}", None, None),
            (br#"cb({"token":"canary"})"#, None, None),
            (b"oauth_token=canary&x=y", None, None),
            (br#""canary"#, None, None),
            (b"\xef\xbb\xbf\xef\xbb\xbf<html>canary", None, None),
        ];
        for (body, message, provider) in table {
            let response = response_with(400, &[("elements-request-id", "h")], body);
            let error = response.api_error("probe");
            assert_eq!(error.message(), message, "{error:?}");
            assert_eq!(error.provider_message(), provider, "{error:?}");
            assert_eq!(error.expose_body(), body);
            let id = if body.ends_with(b"\"r\"}") { "r" } else { "h" };
            assert_eq!(error.request_id(), Some(id));
            assert_eq!(format!("{response:?}"), "Response(400 Bad Request)");
        }
    }

    #[test]
    fn a_body_may_be_of_any_depth() {
        let nested = |open: &str, close: &str| {
            let (open, close) = (open.repeat(100_000), close.repeat(100_000));
            format!(r#"{open}"m"{close}"#)
        };
        let messages = nested(r#"{"message":"#, "}");
        for body in [nested("[", "]"), messages] {
            let error = response_with(400, &[], body).api_error("probe");
            assert_eq!(error.message(), None);
        }
    }

    #[test]
    fn a_long_text_is_printed_in_part() {
        let long = "a".repeat(1 << 20);
        let body = format!(r#"{{"message":"{long}","requestId":"{long}"}}"#);
        let error = response_with(400, &[], body).api_error("probe");
        assert_eq!(error.message(), Some(&*long));
        assert!(format!("{error} {error:?}").len() < 4096);
    }

    #[test]
    fn one_header_alone_names_the_instance() {
        for (values, id) in [
            (&["7"][..], Some(7)),
            (&[" 7 "], Some(7)),
            (&[], None),
            (&[""], None),
            (&["8, 7"], None),
            (&["x7"], None),
            (&["18446744073709551616"], None),
            (&["7", "8"], None),
        ] {
            let headers: Vec<_> = values.iter().map(|value| (INSTANCE_ID, *value)).collect();
            let response = response_with(200, &headers, "");
            assert_eq!(
                response.instance_id(),
                id.map(InstanceId::new),
                "{values:?}"
            );
            assert_eq!(response.names_an_instance(), !values.concat().is_empty());
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        const NOW: &str = "Tue, 24 Nov 2026 08:00:00 GMT";
        for (value, date, seconds) in [
            ("0", "", Some(0)),
            ("120", "", Some(120)),
            (" 7 ", "", Some(7)),
            ("99999999999999999999999", "", Some(u64::MAX)),
            ("Tue, 24 Nov 2026 08:00:30 GMT", NOW, Some(30)),
            ("Tue, 24 Nov 2026 07:00:00 GMT", NOW, Some(0)),
            ("Tue, 24 Nov 2026 08:00:30 GMT", "", None),
            ("soon", NOW, None),
            ("-1", NOW, None),
            ("1.5", NOW, None),
            ("", NOW, None),
        ] {
            let read = response_with(429, &[("retry-after", value), ("date", date)], "");
            let seconds = seconds.map(Duration::from_secs);
            assert_eq!(read.retry_after(), seconds, "{value:?}");
        }
    }
}
