use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("elements-request-id");

/// What a handler comes to.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// An answer; of the platform once it is [`identified`](Answer::identified).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Success with a JSON body.
    pub(crate) fn json(body: &impl Serialize) -> Outcome {
        let body = serde_json::to_vec(body).map_err(|_| Refusal::internal())?;
        Ok(Self::of_type("application/json", StatusCode::OK, body))
    }

    pub(crate) fn html(status: StatusCode, page: String) -> Self {
        Self::of_type("text/html; charset=utf-8", status, page.into_bytes())
    }

    fn of_type(kind: &'static str, status: StatusCode, body: Vec<u8>) -> Self {
        let mut answer = Self::empty(status);
        answer.body = body.into();
        answer.with(CONTENT_TYPE, kind)
    }

    /// The same with one more header, which is left out if its value cannot stand in one.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    pub(crate) fn identified(self, request_id: &str) -> Self {
        self.with(REQUEST_ID.clone(), request_id)
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// An error, in the shape that every error of the platform has.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) provider_message: Option<&'static str>,
    /// What else a client is told: the methods that there are, or the instance that it was.
    header: Option<(HeaderName, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            provider_message: None,
            header: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The sandbox itself failed; this is a defect of it.",
        )
    }

    /// The provider, not the platform, said no.
    pub(crate) fn by_provider(reason: &'static str) -> Self {
        Self {
            provider_message: Some(reason),
            ..Self::bad_request("Request failed")
        }
    }

    pub(crate) fn wrong_method(allowed: &[&str]) -> Self {
        let allow = allowed.join(", ");
        Self {
            header: Some((ALLOW, allow.clone())),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("This path takes {allow} only."),
            )
        }
    }

    pub(crate) fn with(self, name: HeaderName, value: String) -> Self {
        Self {
            header: Some((name, value)),
            ..self
        }
    }

    pub(crate) fn into_answer(self, request_id: &str) -> Answer {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            request_id: &'a str,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            provider_message: Option<&'static str>,
        }
        let body = serde_json::to_vec(&Body {
            request_id,
            message: &self.message,
            provider_message: self.provider_message,
        });
        let answer = Answer::of_type("application/json", self.status, body.unwrap_or_default());
        match self.header {
            Some((name, value)) => answer.with(name, &value),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn body(answer: &Answer) -> Value {
        serde_json::from_slice(&answer.body).unwrap()
    }

    #[test]
    fn a_refusal_carries_its_id_in_body_and_header() {
        let answer = Refusal::by_provider("no such code").into_answer("abc");
        assert_eq!(
            body(&answer),
            json!({"requestId": "abc", "message": "Request failed", "providerMessage": "no such code"})
        );
        let response = answer.identified("abc").into_response();
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["elements-request-id"], "abc");
        assert_eq!(response.headers()["content-type"], "application/json");
    }

    #[test]
    fn a_wrong_method_names_the_right_ones() {
        let answer = Refusal::wrong_method(&["GET", "POST"]).into_answer("abc");
        assert_eq!(answer.headers["allow"], "GET, POST");
        assert!(body(&answer).get("providerMessage").is_none());
    }
}
