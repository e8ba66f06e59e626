use http::{HeaderName, StatusCode};
use serde::Serialize;

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::platform::Platform;
use crate::request::Request;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pong<'a> {
    date_time: String,
    endpoint: &'a str,
}

/// The cheapest call through an instance: it proves that an element token works.
pub(crate) fn ping(platform: &Platform, request: &Request) -> Outcome {
    let id = Credentials::read(&request.headers)?.allow_element_call(platform)?;
    let date_time = platform.now();
    let state = platform.state();
    let instance = state.instances.get(id).ok_or_else(Refusal::internal)?;
    if instance.disabled {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            format!("Instance {id} is disabled."),
        ));
    }
    let pong = Pong {
        date_time,
        endpoint: &instance.element.key,
    };
    let header = HeaderName::from_static("elements-element-instance-id");
    Ok(Answer::json(&pong)?.with(header, &id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    #[test]
    fn an_instance_answers_until_it_is_disabled() {
        let platform = Platform::for_test();
        platform
            .state()
            .instances
            .insert(Instance::for_test(7, &[]));
        let headers = [("authorization", "User u, Element token7")];
        let request = Request::for_test("GET", "/", &headers, "");

        let answer = ping(&platform, &request).unwrap();
        assert_eq!(answer.headers["elements-element-instance-id"], "7");
        assert_eq!(
            answer.body,
            r#"{"dateTime":"1970-01-01T00:00:00Z","endpoint":"instagram"}"#
        );

        platform.state().instances.get_mut(7).unwrap().disabled = true;
        assert_eq!(ping(&platform, &request).unwrap_err().status, 403);
    }
}
