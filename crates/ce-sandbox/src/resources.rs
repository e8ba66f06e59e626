use http::StatusCode;

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::catalogue::number;
use crate::condition::Condition;
use crate::instance::Instance;
use crate::json_body;
use crate::page::PageRequest;
use crate::platform::Platform;
use crate::request::Request;
use crate::shelf::{Object, Shelf};
use crate::through;

/// `GET /{resource}`.
pub(crate) fn list(platform: &Platform, request: &Request, resource: &str) -> Outcome {
    call(platform, request, resource, |instance| {
        let query = request.query()?;
        let page = PageRequest::read(&query)?;
        let wanted = query.first("where").map(Condition::parse).transpose()?;
        let wanted = wanted.map(|condition| move |object: &Object| condition.holds_for(object));
        let shelf = shelf(instance, resource)?;
        shelf.page(&page, wanted).answer(|object| object)
    })
}

/// `GET /{resource}/{id}`.
pub(crate) fn show(platform: &Platform, request: &Request, resource: &str, id: &str) -> Outcome {
    call(platform, request, resource, |instance| {
        let shelf = shelf(instance, resource)?;
        let found = number(id).and_then(|id| shelf.get(id));
        Answer::json(found.ok_or_else(|| unknown(resource, id))?)
    })
}

/// `POST /{resource}`.
pub(crate) fn create(platform: &Platform, request: &Request, resource: &str) -> Outcome {
    call(platform, request, resource, |instance| {
        let object = json_body::object(request)?;
        let shelf = own_shelf(instance, resource)?;
        if shelf.len() >= platform.max_objects {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                format!("The sandbox holds as many {resource} of this instance as it may."),
            ));
        }
        Answer::json(shelf.add(object))
    })
}

/// `PATCH /{resource}/{id}`: the fields that are given change.
pub(crate) fn patch(platform: &Platform, request: &Request, resource: &str, id: &str) -> Outcome {
    update(platform, request, resource, id, Shelf::merge)
}

/// `PUT /{resource}/{id}`: the object becomes what is given.
pub(crate) fn put(platform: &Platform, request: &Request, resource: &str, id: &str) -> Outcome {
    update(platform, request, resource, id, Shelf::replace)
}

fn update(
    platform: &Platform,
    request: &Request,
    resource: &str,
    id: &str,
    update: impl FnOnce(&mut Shelf, u64, Object) -> Option<&Object>,
) -> Outcome {
    call(platform, request, resource, |instance| {
        let object = json_body::object(request)?;
        let shelf = own_shelf(instance, resource)?;
        let updated = number(id).and_then(|id| update(shelf, id, object));
        Answer::json(updated.ok_or_else(|| unknown(resource, id))?)
    })
}

/// `DELETE /{resource}/{id}`.
pub(crate) fn delete(platform: &Platform, request: &Request, resource: &str, id: &str) -> Outcome {
    call(platform, request, resource, |instance| {
        let shelf = own_shelf(instance, resource)?;
        match number(id).is_some_and(|id| shelf.remove(id)) {
            true => through::done(),
            false => Err(unknown(resource, id)),
        }
    })
}

/// Without an element token a path that nobody's resource is at leads nowhere, and is no matter of
/// who calls.
fn call(
    platform: &Platform,
    request: &Request,
    resource: &str,
    carry_out: impl FnOnce(&mut Instance) -> Outcome,
) -> Outcome {
    let somebodys = platform.catalogue.has_resource(resource);
    if !somebodys && !Credentials::read(&request.headers)?.names_an_element() {
        return Err(Refusal::not_found("The sandbox has nothing at this path."));
    }
    through::call(platform, request, carry_out)
}

/// The objects as the instance has them.
fn shelf<'a>(instance: &'a Instance, resource: &str) -> Result<&'a Shelf, Refusal> {
    if let Some(own) = instance.shelves.get(resource) {
        return Ok(own);
    }
    let catalogued = instance.element.resource(resource);
    let catalogued = catalogued.ok_or_else(|| no_such_resource(instance, resource))?;
    Ok(&catalogued.objects)
}

/// The same to change.
pub(crate) fn own_shelf<'a>(
    instance: &'a mut Instance,
    resource: &str,
) -> Result<&'a mut Shelf, Refusal> {
    if !instance.shelves.contains_key(resource) {
        let own = shelf(instance, resource)?.clone();
        instance.shelves.insert(resource.to_owned(), own);
    }
    instance
        .shelves
        .get_mut(resource)
        .ok_or_else(Refusal::internal)
}

fn no_such_resource(instance: &Instance, resource: &str) -> Refusal {
    Refusal::not_found(format!(
        "Element {:?} has no resource {resource:?}.",
        instance.element.key
    ))
}

fn unknown(resource: &str, id: &str) -> Refusal {
    Refusal::not_found(format!("There is nothing in {resource} with the id {id}."))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn platform() -> Platform {
        let platform = Platform::for_test();
        for id in [7, 8] {
            let instance = Instance::for_test(id, &[]);
            platform.state().instances.insert(instance);
        }
        platform
    }

    fn request(token: &str, query: &str, body: &str) -> Request {
        let authorization = format!("User u, Element {token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        Request::for_test("GET", &format!("/?{query}"), &headers, body)
    }

    fn value(outcome: Outcome) -> Value {
        let answer = outcome.unwrap();
        assert!(answer.headers.contains_key("elements-element-instance-id"));
        serde_json::from_slice(&answer.body).unwrap()
    }

    fn ids(platform: &Platform, token: &str, query: &str) -> Vec<String> {
        let listed = value(list(platform, &request(token, query, ""), "media"));
        let listed = listed.as_array().unwrap().iter();
        listed
            .map(|object| object["id"].as_str().unwrap()[16..].to_owned())
            .collect()
    }

    #[test]
    fn pages_and_conditions_select() {
        let platform = platform();
        let table: [(&str, &[&str]); 6] = [
            ("", &["112", "113", "114"]),
            ("pageSize=2", &["112", "113"]),
            ("where=type%3D'image'", &["112", "114"]),
            ("where=type%3D'image'+and+likes%3D3", &["114"]),
            ("where=type%3D'image'&pageSize=1", &["112"]),
            ("where=caption%3D'It''s+snowing'", &["113"]),
        ];
        for (query, expected) in table {
            assert_eq!(ids(&platform, "token7", query), expected, "{query}");
        }
        let counted = list(
            &platform,
            &request("token7", "where=likes%3D3", ""),
            "media",
        );
        assert_eq!(counted.unwrap().headers["elements-total-count"], "1");
        for bad in ["where=likes", "where=", "pageSize=0", "nextPage=x"] {
            let refusal = list(&platform, &request("token7", bad, ""), "media").unwrap_err();
            assert_eq!(refusal.status, 400, "{bad}");
        }
    }

    #[test]
    fn every_instance_has_its_own_objects() {
        let platform = platform();
        let own = |body: &str| request("token7", "", body);
        let added = value(create(&platform, &own("{\"id\":1,\"likes\":9}"), "media"));
        assert_eq!(added, json!({"id": "1574083265127834115", "likes": 9}));
        let id = added["id"].as_str().unwrap();
        let changed = value(patch(&platform, &own("{\"a\":1}"), "media", id));
        assert_eq!(changed, json!({"id": id, "likes": 9, "a": 1}));
        let replaced = value(put(&platform, &own("{\"b\":1}"), "media", id));
        assert_eq!(replaced, json!({"id": id, "b": 1}));
        assert_eq!(value(show(&platform, &own(""), "media", id)), replaced);
        let first = "1574083265127834112";
        assert!(
            delete(&platform, &own(""), "media", first)
                .unwrap()
                .body
                .is_empty()
        );
        assert_eq!(ids(&platform, "token7", ""), ["113", "114", "115"]);
        assert_eq!(ids(&platform, "token8", ""), ["112", "113", "114"]);
    }

    #[test]
    fn there_is_an_end_to_what_an_instance_may_hold() {
        let platform = platform();
        let create = || create(&platform, &request("token7", "", "{}"), "media");
        assert!(create().is_ok() && create().is_ok());
        assert_eq!(create().unwrap_err().status, 403);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let platform = platform();
        let known = "1574083265127834112";
        let table = [
            ("token7", "media", "1", "{}", 404),
            ("token7", "media", "x", "{}", 404),
            ("token7", "contacts", known, "{}", 404),
            ("token7", "nothing", known, "{}", 404),
            ("token9", "nothing", known, "{}", 401),
            ("token9", "media", known, "{}", 401),
        ];
        for (token, resource, id, body, status) in table {
            let request = request(token, "", body);
            let outcomes = [
                show(&platform, &request, resource, id),
                put(&platform, &request, resource, id),
                patch(&platform, &request, resource, id),
                delete(&platform, &request, resource, id),
            ];
            for outcome in outcomes {
                let refusal = outcome.unwrap_err();
                assert_eq!(refusal.status, status, "{token} {resource} {id}");
            }
        }
        for body in ["[]", "{", ""] {
            let request = request("token7", "", body);
            assert_eq!(
                create(&platform, &request, "media").unwrap_err().status,
                400
            );
            assert_eq!(
                put(&platform, &request, "media", known).unwrap_err().status,
                400
            );
        }
        let nobody = Request::for_test("GET", "/", &[], "");
        assert_eq!(list(&platform, &nobody, "media").unwrap_err().status, 401);
        assert_eq!(list(&platform, &nobody, "nothing").unwrap_err().status, 404);
    }
}
