use ce_model::{ConfigurationEntry, CreateInstance, ElementToken, InstanceId, Object};

use super::*;
use crate::testing::{config, drive, instagram, response};
use crate::{
    Call, CallExecution, Delivery, Error, FieldErrorKind, InvalidInput, Paged, TransportCause,
    TransportError,
};

/// What a call is for and what it sends; `, twice` if it may be sent again; and its time, in seconds.
fn described(call: impl Call) -> String {
    let request = call.request(&config()).unwrap();
    let (purpose, method) = (call.purpose(), request.method());
    let target = request.expose().uri().path_and_query().unwrap();
    let twice = match call.idempotency(method) {
        crate::Idempotency::Idempotent => ", twice",
        crate::Idempotency::NonIdempotent => "",
    };
    let time = call.timeout(config().limits()).as_secs();
    format!("{purpose}: {method} {target}{twice}, {time} s")
}

#[test]
fn each_call_says_what_it_is_for_and_asks_for_it() {
    let token = ElementToken::new("t");
    let id = InstanceId::new(7);
    let entry: ConfigurationEntry = serde_json::from_str(r#"{"id":9}"#).unwrap();
    let at = || Resource::through(&token, "a");
    let plain = CreateInstance::new("x", "n");
    let coded = CreateInstance::new("x", "n").code("c");
    let (files, bulk) = (Files::through(&token), Bulk::through(&token));
    let mut next = at().list::<()>();
    next.set_page("p".into());
    let mut paged = ListElements::new();
    paged.set_page("p".into());
    #[rustfmt::skip] // A row a case.
    let table = [
        (described(CheckCredentials), "check the credentials: GET /instances?pageSize=1&hydrate=false, twice, 30 s"),
        (described(ListInstances::new().tag("t").element("x").search_text("a b").hydrate(true)),
            "list the instances: GET /elements/x/instances?tags%5B%5D=t&searchText=a%20b&hydrate=true, twice, 30 s"),
        (described(GetInstance::new(id)), "get the instance: GET /instances/7, twice, 30 s"),
        (described(GetInstance::new(&token)), "get the instance: GET /instances, twice, 30 s"),
        (described(PatchInstance::new(id).name("n")), "change the instance: PATCH /instances/7, twice, 30 s"),
        (described(ReplaceInstance::new(id, &plain)), "replace the instance: PUT /instances/7, twice, 30 s"),
        (described(ReplaceInstance::new(id, &coded)), "replace the instance: PUT /instances/7, 120 s"),
        (described(DeleteInstance::new(id)), "delete the instance: DELETE /instances/7, twice, 30 s"),
        (described(EnableInstance::new(id)), "enable the instance: PUT /instances/7/enabled, twice, 30 s"),
        (described(DisableInstance::new(&token)), "disable the instance: DELETE /instances/enabled, twice, 30 s"),
        (described(ListConfiguration::new(id)),
            "list the instance's configuration: GET /instances/7/configuration, twice, 30 s"),
        (described(GetConfigurationEntry::new(&token, 9)),
            "get an entry of the instance's configuration: GET /instances/configuration/9, twice, 30 s"),
        (described(PatchConfigurationEntry::new(id, entry)),
            "change an entry of the instance's configuration: PATCH /instances/7/configuration/9, twice, 30 s"),
        (described(paged), "list the elements: GET /elements?nextPage=p, twice, 30 s"),
        (described(ListElementKeys), "list the elements' keys: GET /elements/keys, twice, 30 s"),
        (described(GetElement::new(74)), "get the element: GET /elements/74, twice, 30 s"),
        (described(GetElementMetadata::new("x")), "get the element's metadata: GET /elements/x/metadata, twice, 30 s"),
        (described(instagram().preflight()), "get what the element asks for: GET /elements/instagram, twice, 30 s"),
        (described(GetElementDocs::new("x")), "get the element's documentation: GET /elements/x/docs, twice, 30 s"),
        (described(GetInstanceDocs::new(id)), "get the instance's documentation: GET /instances/7/docs, twice, 30 s"),
        (described(ListHubs), "list the hubs: GET /hubs, twice, 30 s"),
        (described(ListHubKeys), "list the hubs' keys: GET /hubs/keys, twice, 30 s"),
        (described(GetHub::new("crm")), "get the hub: GET /hubs/crm, twice, 30 s"),
        (described(ListHubElements::new("crm")), "list the hub's elements: GET /hubs/crm/elements, twice, 30 s"),
        (described(Objects::through(&token).names()), "list the objects' names: GET /objects, twice, 30 s"),
        (described(Objects::through(&token).hub("crm").metadata("a")),
            "get the object's metadata: GET /hubs/crm/objects/a/metadata, twice, 30 s"),
        (described(files.list("/a#b?c&d é")),
            "list the objects: GET /folders/contents?path=/a%23b%3Fc%26d%20%C3%A9, twice, 30 s"),
        (described(files.create_folder("/a")), "create the folder: POST /folders, 30 s"),
        (described(files.delete_folder("/a")), "delete the folder: DELETE /folders?path=/a, twice, 30 s"),
        (described(files.download("/a")), "download the file: GET /files?path=/a, twice, 30 s"),
        (described(files.download_by_id("a/b")), "download the file: GET /files/a%2Fb, twice, 30 s"),
        (described(files.upload("/a/b c", "text/plain", "x")), "upload the file: POST /files?path=/a/b%20c, 30 s"),
        (described(files.links("/a")), "get the file's links: GET /files/links?path=/a, twice, 30 s"),
        (described(files.delete("/a")), "delete the file: DELETE /files?path=/a, twice, 30 s"),
        (described(bulk.query("select * from a")),
            "start the bulk job: POST /bulk/query?q=select%20%2A%20from%20a, 30 s"),
        (described(bulk.upload("a", &Object::new(), BulkFormat::Csv, "x")), "start the bulk job: POST /bulk/a, 30 s"),
        (described(bulk.status(7)), "get the bulk job's status: GET /bulk/7/status, twice, 30 s"),
        (described(bulk.errors(7)), "get the bulk job's errors: GET /bulk/7/errors, twice, 30 s"),
        (described(bulk.download(7, "a", BulkFormat::Json)),
            "download the bulk job's objects: GET /bulk/7/a, twice, 30 s"),
        (described(Ping::through(&token).hub("h")), "ping through the instance: GET /hubs/h/ping, twice, 30 s"),
        (described(at().list::<()>()), "list the objects: GET /a, twice, 30 s"),
        (described(next), "list the objects: GET /a?nextPage=p, twice, 30 s"),
        (described(at().get::<()>(7)), "get an object: GET /a/7, twice, 30 s"),
        (described(at().create::<_, ()>(&1)), "create an object: POST /a, 30 s"),
        (described(at().update::<_, ()>(7, &1)), "update an object: PATCH /a/7, 30 s"),
        (described(at().replace::<_, ()>(7, &1)), "replace an object: PUT /a/7, twice, 30 s"),
        (described(at().delete(7)), "delete an object: DELETE /a/7, twice, 30 s"),
    ];
    for (described, expected) in table {
        assert_eq!(described, expected);
    }
}

#[test]
fn a_call_that_is_no_deletion_is_not_done_by_an_absence() {
    let token = ElementToken::new("t");
    let links = Files::through(&token).links("/a");
    let absent = r#"{"message":"No file found"}"#;
    assert_eq!(end(links, Some(0), 404, absent), "refused");
}

#[test]
fn a_change_of_nothing_is_not_sent() {
    let kind = |refused: Result<_, InvalidInput>| refused.unwrap_err().errors()[0].kind();
    let nothing = PatchInstance::new(InstanceId::new(7));
    assert_eq!(kind(nothing.request(&config())), FieldErrorKind::Missing);
    let unnumbered = PatchConfigurationEntry::new(7, ConfigurationEntry::default());
    assert_eq!(kind(unnumbered.request(&config())), FieldErrorKind::Missing);
}

/// How a deletion ends: `first` is lost, or answered with this status; then comes this answer.
fn end(call: impl Call, first: Option<u16>, status: u16, body: &str) -> &'static str {
    let config = config();
    let lost = || TransportError::new(Delivery::MaybeSent, TransportCause::Interrupted);
    let mut answers = vec![Ok(response(status, body))];
    answers.extend(first.map(|status| match status {
        0 => Err(lost()),
        status => Ok(response(status, "")),
    }));
    let (result, _) = drive(CallExecution::new(&config, call), |_, _| {
        answers.pop().unwrap()
    });
    match result {
        Ok(_) => "done",
        Err(Error::Refused(error)) if error.may_have_side_effects() => "refused, perhaps done",
        Err(Error::Refused(_)) => "refused",
        Err(Error::OutcomeUnknown(_)) => "unknown",
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_deletion_whose_answer_was_lost_is_done_if_the_platform_says_there_is_none() {
    let token = ElementToken::new("t");
    let none = r#"{"message":"No element instance found with the id 7."}"#;
    let odd = r#"{"message":"Request failed","providerMessage":"gone"}"#;
    let perhaps = "refused, perhaps done";
    #[rustfmt::skip] // A row a case.
    let table = [
        (Some(0), 404, none, "done", perhaps, "done"),
        (Some(502), 404, none, "done", perhaps, "done"),
        (Some(429), 404, none, "done", perhaps, "done"),
        // Nothing was lost: it was never there.
        (None, 404, none, "refused", "refused", "refused"),
        // A provider's words, and a gateway's page.
        (Some(0), 404, odd, perhaps, perhaps, "done"),
        (Some(0), 404, "<html>", perhaps, perhaps, perhaps),
        (Some(0), 401, "{}", perhaps, "unknown", perhaps),
        (None, 401, "{}", "refused", "refused", "refused"),
    ];
    for (first, status, body, by_id, by_token, of_object) in table {
        let id = DeleteInstance::new(InstanceId::new(7));
        let ends = [
            end(id, first, status, body),
            end(DeleteInstance::new(&token), first, status, body),
            end(
                Resource::through(&token, "a").delete(7),
                first,
                status,
                body,
            ),
        ];
        let of_file = end(Files::through(&token).delete("/a"), first, status, body);
        assert_eq!(of_file, of_object, "{first:?} {status} {body}");
        assert_eq!(
            ends,
            [by_id, by_token, of_object],
            "{first:?} {status} {body}"
        );
    }
}
