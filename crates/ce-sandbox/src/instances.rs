use http::StatusCode;

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::catalogue::number;
use crate::page::PageRequest;
use crate::platform::Platform;
use crate::request::Request;

/// `GET /instances`: all of them, or with an element token the one that it belongs to.
pub(crate) fn list(platform: &Platform, request: &Request) -> Outcome {
    let credentials = Credentials::read(&request.headers)?;
    if credentials.names_an_element() {
        let id = credentials.allow_element_call(platform)?;
        return show_one(platform, id);
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
    let page = PageRequest::read(&query)?;
    let wanted: Vec<&str> = query.all("tags[]").chain(query.all("tags")).collect();
    let hydrate = query.first("hydrate") != Some("false");
    let state = platform.state();
    let matching = state
        .instances
        .iter()
        .filter(|instance| element_id.is_none_or(|id| id == instance.element.id))
        .filter(|instance| {
            wanted
                .iter()
                .all(|tag| instance.tags.iter().any(|t| t == tag))
        })
        .map(|instance| (instance.id, instance));
    let page = page.cut(matching);
    if hydrate {
        page.answer(|instance| instance.view())
    } else {
        page.answer(|instance| instance.short_view())
    }
}

/// `GET /instances/{id}`.
pub(crate) fn show(platform: &Platform, request: &Request, id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    show_one(platform, number(id).ok_or_else(|| unknown(id))?)
}

fn show_one(platform: &Platform, id: u64) -> Outcome {
    match platform.state().instances.get(id) {
        Some(instance) => Answer::json(&instance.view()),
        None => Err(unknown(id)),
    }
}

/// `DELETE /instances/{id}`.
pub(crate) fn delete(platform: &Platform, request: &Request, id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    delete_one(platform, number(id).ok_or_else(|| unknown(id))?)
}

/// `DELETE /instances`: the one that the element token belongs to.
pub(crate) fn delete_own(platform: &Platform, request: &Request) -> Outcome {
    let id = Credentials::read(&request.headers)?.allow_element_call(platform)?;
    delete_one(platform, id)
}

fn delete_one(platform: &Platform, id: u64) -> Outcome {
    match platform.state().instances.remove(id) {
        Some(_) => Ok(Answer::empty(StatusCode::OK)),
        None => Err(unknown(id)),
    }
}

pub(crate) fn unknown(id: impl std::fmt::Display) -> Refusal {
    Refusal::not_found(format!("There is no instance with the id {id}."))
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
            ("tags[]=A", &[]),
            ("tags[]=", &[]),
            ("pageSize=1&tags[]=a", &[1]),
        ];
        for (query, expected) in table {
            let listed = body(list(&platform, &request(PLATFORM, query)));
            let ids = listed.as_array().unwrap().iter();
            let ids: Vec<u64> = ids.filter_map(|instance| instance["id"].as_u64()).collect();
            assert_eq!(ids, *expected, "{query}");
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
        assert_eq!(body(listed("closeio")).as_array().unwrap().len(), 0);
        assert_eq!(status(&listed("nothing")), 404);
    }

    #[test]
    fn an_element_token_selects_its_instance() {
        let platform = platform();
        let own = request("User u, Element token2", "");
        assert_eq!(body(list(&platform, &own))["id"], 2);
        assert_eq!(status(&delete_own(&platform, &own)), 200);
        assert_eq!(status(&list(&platform, &own)), 401);
        assert_eq!(status(&delete_own(&platform, &own)), 401);
        let nobody = request(PLATFORM, "");
        assert_eq!(status(&delete_own(&platform, &nobody)), 401);
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
                show(&platform, &authorized, id),
                delete(&platform, &authorized, id),
            ] {
                assert_eq!(status(&outcome), 404);
                assert!(outcome.unwrap_err().message.contains(id), "{id}");
            }
        }
        assert_eq!(body(show(&platform, &authorized, "1"))["id"], 1);
        let gone = delete(&platform, &authorized, "1");
        assert_eq!(status(&gone), 200);
        assert!(gone.unwrap().body.is_empty());
        assert_eq!(status(&show(&platform, &authorized, "1")), 404);
        assert_eq!(status(&show(&platform, &request("User u", ""), "2")), 401);
    }
}
