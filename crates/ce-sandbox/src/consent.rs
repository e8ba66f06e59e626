use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use http::{HeaderName, StatusCode};

use crate::answer::Answer;
use crate::consent_page;
use crate::decision::Decision;
use crate::json_body;
use crate::platform::Platform;
use crate::query::Query;
use crate::question::{Question, Unanswerable};
use crate::request::Request;

/// `GET` of the consent page: puts the question.
pub(crate) fn ask(platform: &Platform, request: &Request, key_or_id: &str) -> Answer {
    let question = query(request).and_then(|query| Question::read(platform, key_or_id, &query));
    match question {
        Ok(question) => page(platform, StatusCode::OK, |nonce| {
            consent_page::question(&question, nonce)
        }),
        Err(unanswerable) => refuse(platform, &unanswerable),
    }
}

/// `POST` of the consent page: takes the decision. Fields may be in the query as well as in the
/// form, so that posting a bare `decision=allow` to the authorization URL is enough.
pub(crate) fn decide(platform: &Platform, request: &Request, key_or_id: &str) -> Answer {
    let location = form(request).and_then(|form| {
        let fields = form.and_then(query(request)?);
        let question = Question::read(platform, key_or_id, &fields)?;
        let decision = match fields.first("decision") {
            Some("allow") => Decision::Allow,
            Some("deny") => Decision::Deny,
            _ => {
                return Err(Unanswerable::bad_request(
                    "The decision has to be allow or deny.",
                ));
            }
        };
        question.decide(platform, decision)
    });
    match location {
        Ok(location) => private(Answer::empty(StatusCode::FOUND)).with(LOCATION, &location),
        Err(unanswerable) => refuse(platform, &unanswerable),
    }
}

fn query(request: &Request) -> Result<Query, Unanswerable> {
    let query = request.query();
    query.map_err(|refusal| Unanswerable::bad_request(refusal.message))
}

fn form(request: &Request) -> Result<Query, Unanswerable> {
    if request.content_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Unanswerable {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            reason: "The decision has to come as a form.".to_owned(),
        });
    }
    let bytes = json_body::bytes(request).map_err(|refusal| Unanswerable {
        status: refusal.status,
        reason: refusal.message,
    })?;
    Query::parse(bytes).map_err(|_| Unanswerable::bad_request("The form is not UTF-8."))
}

fn refuse(platform: &Platform, unanswerable: &Unanswerable) -> Answer {
    page(platform, unanswerable.status, |nonce| {
        consent_page::refusal(&unanswerable.reason, nonce)
    })
}

fn page(platform: &Platform, status: StatusCode, page: impl Fn(&str) -> String) -> Answer {
    let nonce = platform.state().chance.nonce();
    // No form-action: Chromium applies it to where a form's answer redirects as well, which is
    // the application, wherever that is.
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    );
    private(Answer::html(status, page(&nonce)))
        .with(HeaderName::from_static("content-security-policy"), &policy)
        .with(HeaderName::from_static("x-content-type-options"), "nosniff")
}

/// The address holds the application's state, and a redirect's the code: neither may linger.
fn private(answer: Answer) -> Answer {
    answer
        .with(CACHE_CONTROL, "no-store")
        .with(REFERRER_POLICY, "no-referrer")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "/?response_type=code&client_id=app&redirect_uri=http://h/cb&state=s";
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

    fn post(target: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let request = Request::for_test("POST", target, headers, body);
        let answer = decide(&Platform::for_test(), &request, "instagram");
        let location = answer.headers.get(LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        (answer.status.as_u16(), location.unwrap_or_default())
    }

    #[test]
    fn a_decision_redirects_and_anything_else_does_not() {
        let whole = TARGET.trim_start_matches("/?");
        let table: &[(&str, &str, u16, &str)] = &[
            (TARGET, "decision=allow", 302, "http://h/cb?code="),
            (
                "/",
                &format!("{whole}&decision=allow"),
                302,
                "http://h/cb?code=",
            ),
            (
                TARGET,
                "decision=deny",
                302,
                "http://h/cb?error=access_denied",
            ),
            (
                TARGET,
                "redirect_uri=http://form/&decision=deny",
                302,
                "http://form/?error=",
            ),
            (TARGET, "decision=perhaps", 400, ""),
            (TARGET, "", 400, ""),
            (TARGET, "decision=%ff", 400, ""),
            ("/", "decision=allow", 400, ""),
            (TARGET, "redirect_uri=javascript:x&decision=allow", 400, ""),
        ];
        for (target, body, status, location) in table {
            let got = post(target, &[FORM], body);
            assert_eq!(got.0, *status, "{target} {body}");
            assert!(got.1.starts_with(location), "{target} {body}: {}", got.1);
            assert_eq!(got.1.is_empty(), location.is_empty());
        }
        assert_eq!(post(TARGET, &[], "decision=allow").0, 415);
        let json = [("content-type", "application/json")];
        assert_eq!(post(TARGET, &json, "decision=allow").0, 415);
    }

    #[test]
    fn pages_protect_themselves() {
        for target in [TARGET, "/"] {
            let request = Request::for_test("GET", target, &[], "");
            let answer = ask(&Platform::for_test(), &request, "instagram");
            let policy = answer.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            assert!(
                !policy.contains("form-action"),
                "it would block the callback"
            );
            let nonce = policy.split("'nonce-").nth(1).unwrap();
            let nonce = nonce.split('\'').next().unwrap();
            let page = std::str::from_utf8(&answer.body).unwrap();
            assert!(page.contains(&format!("<style nonce=\"{nonce}\">")));
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert_eq!(answer.headers["referrer-policy"], "no-referrer");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        }
    }
}
