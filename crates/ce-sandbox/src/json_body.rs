use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::request::{Body, Request};

/// The JSON object that the request's body has to be.
pub(crate) fn object(request: &Request) -> Result<Map<String, Value>, Refusal> {
    if request.content_type().as_deref() != Some("application/json") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body has to be JSON, and Content-Type has to say application/json.",
        ));
    }
    match serde_json::from_slice(bytes(request)?) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad_request("The body has to be a JSON object.")),
        // Of the parser's message only the place: it may quote the body, and so a secret.
        Err(error) => Err(Refusal::bad_request(format!(
            "The body is not valid JSON; it goes wrong at line {}, column {}.",
            error.line(),
            error.column()
        ))),
    }
}

/// The body's bytes, if it came whole.
pub(crate) fn bytes(request: &Request) -> Result<&Bytes, Refusal> {
    match &request.body {
        Body::Whole(bytes) => Ok(bytes),
        Body::TooLarge => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The body is larger than the sandbox takes.",
        )),
        Body::Broken => Err(Refusal::bad_request("The body broke off.")),
    }
}

/// Whether a value says nothing: null, or text of spaces at most.
pub(crate) fn is_blank(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(content_type: &[(&str, &str)], body: &str) -> u16 {
        match object(&Request::for_test("POST", "/", content_type, body)) {
            Ok(_) => 200,
            Err(refusal) => refusal.status.as_u16(),
        }
    }

    #[test]
    fn only_json_objects_that_say_so_pass() {
        let table = [
            (Some("application/json"), "{}", 200),
            (Some("Application/JSON; charset=utf-8"), "{}", 200),
            (None, "{}", 415),
            (Some("text/plain"), "{}", 415),
            (Some("application/x-www-form-urlencoded"), "{}", 415),
            (Some("application/json"), "", 400),
            (Some("application/json"), "{\"a\":}", 400),
            (Some("application/json"), "[]", 400),
            (Some("application/json"), "{} x", 400),
        ];
        for (content_type, body, expected) in table {
            let headers: Vec<_> = content_type
                .map(|content_type| ("content-type", content_type))
                .into_iter()
                .collect();
            assert_eq!(status(&headers, body), expected, "{content_type:?} {body}");
        }
    }

    #[test]
    fn hostile_nesting_and_bad_utf8_are_refused() {
        let json = [("content-type", "application/json")];
        assert_eq!(status(&json, &"{\"a\":[".repeat(100_000)), 400);
        let mut request = Request::for_test("POST", "/", &json, "");
        request.body = Body::Whole(Bytes::from_static(b"{\"a\":\"\xff\"}"));
        assert_eq!(object(&request).unwrap_err().status, 400);
        request.body = Body::TooLarge;
        assert_eq!(object(&request).unwrap_err().status, 413);
    }

    #[test]
    fn errors_never_quote_the_body() {
        let json = [("content-type", "application/json")];
        let request = Request::for_test("POST", "/", &json, "{\"secret\": hunter2}");
        let message = object(&request).unwrap_err().message;
        assert!(
            !message.contains("hunter2") && message.contains("column"),
            "{message}"
        );
    }
}
