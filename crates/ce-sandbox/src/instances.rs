use http::StatusCode;

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::instance_store::Wanted;
use crate::page::PageRequest;
use crate::platform::Platform;
use crate::request::Request;
use crate::which::{Which, unknown};

/// `GET /instances`: all of them, or with an element token the one that it belongs to.
pub(crate) fn list(platform: &Platform, request: &Request) -> Outcome {
    let credentials = Credentials::read(&request.headers)?;
    if credentials.names_an_element() {
        return show(platform, request, Which::Own);
    }
    credentials.allow_platform_call(platform)?;
    list_where(platform, request, None)
}

/// `GET /elements/{keyOrId}/instances`.
pub(crate) fn list_of(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let element = platform.catalogue.find(key_or_id)?;
    list_where(platform, request, Some(element.id))
}

fn list_where(platform: &Platform, request: &Request, element_id: Option<u64>) -> Outcome {
    let query = request.query()?;
    let wanted = Wanted {
        element_id,
        tags: query.all("tags[]").chain(query.all("tags")).collect(),
    };
    let state = platform.state();
    let page = state.instances.page(&wanted, &PageRequest::read(&query)?);
    // As the platform does: a search without hits is an error, a page behind the last is not.
    if page.is_of_nothing() {
        return Err(Refusal::not_found("No element instances found"));
    }
    if query.first("hydrate") == Some("false") {
        page.answer(|instance| instance.short_view())
    } else {
        page.answer(|instance| instance.view())
    }
}

/// `GET /instances/{id}`.
pub(crate) fn show(platform: &Platform, request: &Request, which: Which<'_>) -> Outcome {
    let id = which.id(platform, request)?;
    match platform.state().instances.get(id) {
        Some(instance) => Answer::json(&instance.view()),
        None => Err(unknown(id)),
    }
}

/// `DELETE /instances/{id}`.
pub(crate) fn delete(platform: &Platform, request: &Request, which: Which<'_>) -> Outcome {
    let id = which.id(platform, request)?;
    match platform.state().instances.remove(id) {
        Some(_) => Ok(Answer::empty(StatusCode::OK)),
        None => Err(unknown(id)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::instance::Instance;

    const PLATFORM: &str = "User u, Organization o";

    fn platform() -> Platform {
        let platform = Platform::for_test();
        for (id, tags) in [(1, &["a"][..]), (2, &["a", "b c"]), (3, &[])] {
            platform
                .state()
                .instances
                .insert(Instance::for_test(id, tags));
        }
        platform
    }

    fn request(authorization: &str, query: &str) -> Request {
        let headers = [("authorization", authorization)];
        Request::for_test("GET", &format!("/?{query}"), &headers, "")
    }

    fn body(outcome: Outcome) -> Value {
        serde_json::from_slice(&outcome.unwrap().body).unwrap()
    }

    fn status(outcome: &Outcome) -> u16 {
        match outcome {
            Ok(answer) => answer.status.as_u16(),
            Err(refusal) => refusal.status.as_u16(),
        }
    }

    #[test]
    fn tags_and_pages_select() {
        let platform = platform();
        let table: &[(&str, &[u64])] = &[
            ("", &[1, 2, 3]),
            ("tags[]=a", &[1, 2]),
            ("tags%5B%5D=b+c", &[2]),
            ("tags=a", &[1, 2]),
            ("tags[]=a&tags=b%20c", &[2]),
            ("pageSize=1&tags[]=a", &[1]),
        ];
        for (query, expected) in table {
            let listed = body(list(&platform, &request(PLATFORM, query)));
            let ids = listed.as_array().unwrap().iter();
            let ids: Vec<u64> = ids.filter_map(|instance| instance["id"].as_u64()).collect();
            assert_eq!(ids, *expected, "{query}");
        }
        for nothing in ["tags[]=A", "tags[]="] {
            let refusal = list(&platform, &request(PLATFORM, nothing)).unwrap_err();
            assert_eq!(refusal.status, 404);
            assert_eq!(refusal.message, "No element instances found");
        }
        let short = body(list(&platform, &request(PLATFORM, "hydrate=false")));
        assert!(short[0].get("configuration").is_none());
        assert_eq!(
            status(&list(&platform, &request(PLATFORM, "pageSize=0"))),
            400
        );
    }

    #[test]
    fn an_element_has_its_own_list() {
        let platform = platform();
        let listed = |key| list_of(&platform, &request(PLATFORM, ""), key);
        assert_eq!(body(listed("74")).as_array().unwrap().len(), 3);
        assert_eq!(status(&listed("closeio")), 404);
        assert_eq!(status(&listed("nothing")), 404);
    }

    #[test]
    fn an_element_token_selects_its_instance() {
        let platform = platform();
        let own = request("User u, Element token2", "");
        assert_eq!(body(list(&platform, &own))["id"], 2);
        assert_eq!(status(&delete(&platform, &own, Which::Own)), 200);
        assert_eq!(status(&list(&platform, &own)), 401);
        assert_eq!(status(&delete(&platform, &own, Which::Own)), 401);
        let nobody = request(PLATFORM, "");
        assert_eq!(status(&delete(&platform, &nobody, Which::Own)), 401);
        assert_eq!(platform.state().instances.iter().count(), 2);
    }

    #[test]
    fn an_id_is_found_or_named() {
        let platform = platform();
        let authorized = request(PLATFORM, "");
        for id in [
            "4",
            "0",
            "-1",
            "+1",
            "x",
            "",
            "4294967297",
            "99999999999999999999999",
        ] {
            for outcome in [
                show(&platform, &authorized, Which::Id(id)),
                delete(&platform, &authorized, Which::Id(id)),
            ] {
                assert_eq!(status(&outcome), 404);
                assert!(outcome.unwrap_err().message.contains(id), "{id}");
            }
        }
        assert_eq!(body(show(&platform, &authorized, Which::Id("1")))["id"], 1);
        let gone = delete(&platform, &authorized, Which::Id("1"));
        assert_eq!(status(&gone), 200);
        assert!(gone.unwrap().body.is_empty());
        assert_eq!(status(&show(&platform, &authorized, Which::Id("1"))), 404);
        assert_eq!(
            status(&show(&platform, &request("User u", ""), Which::Id("2"))),
            401
        );
    }
}
