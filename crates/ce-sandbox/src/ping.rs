use serde::Serialize;

use crate::answer::{Answer, Outcome};
use crate::platform::Platform;
use crate::request::Request;
use crate::through;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pong<'a> {
    date_time: String,
    endpoint: &'a str,
}

/// The cheapest call through an instance: it proves that an element token works.
pub(crate) fn ping(platform: &Platform, request: &Request) -> Outcome {
    let date_time = platform.now();
    through::call(platform, request, |instance| {
        Answer::json(&Pong {
            date_time,
            endpoint: &instance.element.key,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    #[test]
    fn an_instance_answers_unless_it_is_disabled_or_shut_out() {
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

        for (disabled, valid, by_provider) in [(true, true, false), (false, false, true)] {
            platform.state().instances.change(7, |instance| {
                (instance.disabled, instance.valid) = (disabled, valid);
            });
            let refusal = ping(&platform, &request).unwrap_err();
            assert_eq!(refusal.status, 403);
            assert_eq!(refusal.provider_message.is_some(), by_provider);
            let answer = refusal.into_answer("id");
            assert_eq!(answer.headers["elements-element-instance-id"], "7");
        }
    }
}
