//! JSON that is kept as it came: values, objects and records.

use std::collections::HashMap;

use ce_model::{
    AuthenticationScheme, AuthorizationUrl, BulkJob, ConfigurationEntry, CreateInstance, Element,
    ElementKey, EventNotification, Events, Instance, InstanceId, Json, Object,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

const WRITTEN: &str = r#"[
    null,false,"a\"b\n",["a",1,null,{"b":2}],{"a":[1,-2,1.5,"x\n",true],"b":{},"c":[ ]},
    {"key":"a","authentication":{"type":"oauth2","x":1},"configuration":[{"id":1}]},"\"1e400\\",
    18446744073709551615,-9223372036854775808,-0.0,-0,1.50,2E+2,5e-324,0.30000000000000004,
    1658206780088562.2,1658206780088562.3
]"#;
const REFUSED: &str = r#"[
    1e400,1e-400,123456789012345678901234567890,3.14159265358979323846,0.30000000000000001,["\\",1e400,"\""],
    "cut \ud83d",{"cut \ud83d":1},{"a":1,"a":2},[{"a":1,"\u0061":1}]
]"#;

/// Whatever stands in whichever field: `to_json` writes it verbatim, and serde equal or not at all.
#[test]
fn nothing_is_lost_without_an_error() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
    let mut written: Vec<Json> = read(WRITTEN);
    written.push(read(&nested(126)));
    let mut refused: Vec<Json> = read(REFUSED);
    refused.extend([128, 10_000].map(|depth| read(&nested(depth))));
    for (cases, is_written) in [(written, true), (refused, false)] {
        for json in cases {
            let text = json.text();
            let tree = is_written.then(|| read(text));
            assert_eq!(json.to_value().ok(), tree, "{text:.40}");
            for name in
                "valid maxCacheSize elementId name tags configuration element new".split(' ')
            {
                let document = format!(r#"{{"id":7,"token":"T","{name}":{text}}}"#);
                let (object, instance): (Object, Instance) = (read(&document), read(&document));
                assert_eq!(
                    (object.to_json(), instance.to_json()),
                    (document.clone(), document)
                );
                let tree = tree
                    .as_ref()
                    .map(|tree| json!({"id": 7, "token": "T", name: tree}));
                assert_eq!(serde_json::to_value(&object).ok(), tree, "{text:.40}");
                assert_eq!(serde_json::to_value(&instance).ok(), tree, "{text:.40}");
            }
        }
    }
}

#[test]
fn each_kind_is_made_read_and_redacted() {
    for (made, text, printed) in [
        (Json::NULL, "null", "null"),
        (f64::NAN.into(), "null", "null"),
        (true.into(), "true", "[redacted boolean]"),
        ((-7).into(), "-7", "[redacted number]"),
        (u64::MAX.into(), "18446744073709551615", "[redacted number]"),
        (1.5.into(), "1.5", "[redacted number]"),
        ("a\"b".into(), r#""a\"b""#, "[redacted string]"),
        (json!([77]).into(), "[77]", "[redacted array]"),
        (Object::new().into(), "{}", "[redacted object]"),
    ] {
        assert_eq!(made.text(), text);
        assert_eq!(format!("{made:?}"), printed);
        let tree = made.to_value().unwrap();
        assert_eq!(made.as_str().as_deref(), tree.as_str());
        assert_eq!(made.as_bool(), tree.as_bool());
        assert_eq!(made.is_null(), tree.is_null());
    }
    assert_eq!(read::<Json>("[1]").parse::<Vec<u8>>().unwrap(), [1]);
}

#[test]
fn equality_is_that_of_json() {
    for (one, other, equal) in [
        (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#, true),
        (r#"[1,{"a":"\u0062"}]"#, r#"[ 1, {"a":"b"} ]"#, true),
        ("1.50", "15e-1", true),
        ("1e400", "1e400", true),
        ("1e400", "1e401", false),
        ("1", "1.0", false),
        ("1", "\"1\"", false),
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"a":1,"c":2}"#, false),
        ("[1,2]", "[2,1]", false),
        ("0.1", "0.1000000000000000001", false),
    ] {
        let (one, other): (Json, Json) = (read(one), read(other));
        assert_eq!(one == other, equal, "{} {}", one.text(), other.text());
        assert_eq!(other == one, equal, "{} {}", one.text(), other.text());
        if let (Ok(one), Ok(other)) = (one.parse::<Object>(), other.parse::<Object>()) {
            assert_eq!(one == other, equal);
        }
    }
}

#[test]
fn what_is_required_and_stands_twice_is_read_where_it_can_be() {
    for (members, token) in [
        (r#""token":"a","token":"b""#, Ok("b")),
        (r#""token":"a","token":null"#, Ok("a")),
        (r#""token":{},"token":"b""#, Ok("b")),
        (r#""token":7"#, Err("not of its documented type")),
        (r#""name":"n""#, Err("missing field `token`")),
    ] {
        let read = serde_json::from_str::<Instance>(&format!(r#"{{"id":7,{members}}}"#));
        match (read, token) {
            (Ok(instance), Ok(token)) => assert_eq!(instance.token.expose(), token),
            (Err(error), Err(reason)) => assert!(error.to_string().contains(reason), "{error}"),
            (read, _) => panic!("{members}: {read:?}"),
        }
    }
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let text = r#"{"a":1,"b":2,"a":3}"#;
    let mut object: Object = read(text);
    assert_eq!(object.get("a").unwrap().text(), "3");
    assert_eq!(object, read(r#"{"b":2,"a":3}"#));
    assert_eq!(object.to_json(), text);
    object.extend([("a", 5), ("c", 6)]);
    assert_eq!(object.to_json(), r#"{"a":1,"b":2,"a":5,"c":6}"#);
    assert_eq!(object.remove("a").unwrap().text(), "5");
    assert_eq!(object.to_json(), r#"{"b":2,"c":6}"#);
    assert_eq!((object.len(), object.remove("a")), (2, None));
    let text = r#"{"id":1,"token":"t","valid":null,"valid":true,"name":"a","name":null}"#;
    let instance: Instance = read(text);
    assert_eq!((instance.valid, &instance.name), (Some(true), &None));
    let tree: Value = read(text);
    assert_eq!(serde_json::to_value(&instance).unwrap(), tree);
    // A field that is set wins over its name in `other`.
    let mut instance: Instance = read(r#"{"id":1,"token":"t","valid":null}"#);
    assert!(instance.other.get("valid").unwrap().is_null());
    instance.valid = Some(false);
    instance.other.insert("id", 2);
    assert_eq!(instance.to_json(), r#"{"id":1,"token":"t","valid":false}"#);
}

#[test]
fn the_id_and_the_token_are_required_and_not_quoted() {
    for (text, error) in [
        (r#"{"token":"77123"}"#, "missing field `id`"),
        (r#"{"id":77123}"#, "missing field `token`"),
        (r#"{"id":1,"token":77123}"#, "the field `token`"),
        (r#"{"id":"x77123","token":"t"}"#, "the field `id`"),
        (r#"[77123]"#, "expected a JSON object"),
    ] {
        let found = serde_json::from_str::<Instance>(text).unwrap_err();
        let found = found.to_string();
        assert!(found.contains(error) && !found.contains("77123"), "{found}");
    }
    let instance: Instance = read(r#"{"id":"7","token":"T\u0021"}"#);
    assert_eq!(instance.to_json(), r#"{"id":7,"token":"T!"}"#);
    assert_eq!(Instance::new(7.into(), instance.token.clone()), instance);
}

#[test]
fn an_id_is_read_from_each_form_of_an_integer() {
    for text in ["7", "\"7\"", "7.0", "7e0", "0.7E1"] {
        let id: InstanceId = read(text);
        assert_eq!(serde_json::to_string(&id).unwrap(), "7");
    }
    let largest: InstanceId = read(&u64::MAX.to_string());
    assert_eq!(largest.get(), u64::MAX);
    let names: HashMap<InstanceId, bool> = read(r#"{"7":true}"#);
    assert!(names.contains_key(&InstanceId::new(7)));
    let odd = "[7.5,-7,\"\",\"x\",true,null,[7]]";
    let inexact = "[18446744073709551616,9007199254740993.0,4503599627370495.2]";
    for json in [odd, inexact].into_iter().flat_map(read::<Vec<Json>>) {
        assert!(json.parse::<InstanceId>().is_err(), "{}", json.text());
    }
}

#[test]
fn events_are_entries_of_the_configuration() {
    let events = Events::webhooks("https://app.example/").signature_key("canary");
    let events = events.objects("Contact").every_minutes(5).poller("p");
    let body = CreateInstance::new("closeio", "n").events(events);
    assert!(!format!("{body:?}").contains("canary"));
    let expected = r#"{
        "event.notification.enabled": true, "event.vendor.type": "webhooks",
        "event.notification.callback.url": "https://app.example/",
        "event.notification.signature.key": "canary", "event.objects": "Contact",
        "event.poller.refresh_interval": "5", "event.poller.configuration": "p"
    }"#;
    assert_eq!(body.configuration, Some(read(expected)));
}

#[test]
fn debug_shows_what_is_harmless_and_no_secret() {
    let instance: Instance = read(
        r#"{"id":7,"name":"Ann","token":"canary","configuration":{"oauth.api.secret":"canary"},
            "element":{"key":"instagram","configuration":[{"propertyValue":"canary"}],"x":"canary"}}"#,
    );
    let printed = format!("{instance:?} {instance:#?}");
    assert!(!printed.contains("canary"), "{printed}");
    for shown in ["7", "Ann", "instagram", "oauth.api.secret"] {
        assert!(printed.contains(shown), "{printed}");
    }
}

#[test]
fn a_list_is_typed_if_all_of_it_fits() {
    for (list, fits) in [
        (r#"[]"#, true),
        (r#"[{"id":-1,"key":"a","required":"yes","x":[]}]"#, true),
        (r#"[{"key":"a"},"b"]"#, false),
        (r#"{"oauth.api.key":"k"}"#, false),
    ] {
        let element: Element = read(&format!(r#"{{"configuration":{list}}}"#));
        assert_eq!(element.configuration.is_some(), fits, "{list}");
        let written: Value = read(&element.to_json());
        assert_eq!(written["configuration"], read::<Value>(list));
    }
    let entry: ConfigurationEntry = read(r#"{"propertyValue":null}"#);
    assert_eq!(entry.property_value, Some(Json::NULL));
}

#[test]
fn keys_serve_where_text_does() {
    let keys = HashMap::from([(ElementKey::new("instagram"), 74)]);
    assert_eq!(keys.get("instagram"), Some(&74));
    assert_eq!(
        "instagram".parse::<ElementKey>().unwrap().as_ref(),
        "instagram"
    );
    let scheme: AuthenticationScheme = "basic".parse().unwrap();
    assert_eq!(scheme, AuthenticationScheme::Basic);
    let url = AuthorizationUrl::new("https://provider.example/authorize");
    assert_eq!(String::from(url.clone()), url.as_ref());
}

#[test]
fn both_bodies_of_a_notification_are_read() {
    let newer = r#"{"eventId":"e","instanceId":7,"instanceTags":["a"],"message":{"raw":1,"events":[
        {"objectId":9,"objectType":"contact","eventType":"UPDATED","hubKey":"crm","x":null}]}}"#;
    let older = r#"{"notificationId":3,"instanceId":7,"response":{"events":[{"objectId":"9"}]}}"#;
    for (body, id) in [(newer, "9"), (older, "\"9\"")] {
        let notification: EventNotification = read(body);
        let [event] = notification.events() else {
            panic!("{notification:?}")
        };
        assert_eq!(event.object_id.as_ref().unwrap().text(), id);
        assert_eq!(notification.instance_id, Some(InstanceId::new(7)));
        assert_eq!(
            serde_json::to_value(&notification).unwrap(),
            read::<Value>(body)
        );
    }
    for none in ["{}", r#"{"message":null,"response":{"events":{}}}"#] {
        assert!(read::<EventNotification>(none).events().is_empty());
    }
    for (status, is_complete) in [("COMPLETE", true), ("completed", true), ("CREATED", false)] {
        let job: BulkJob = read(&format!(r#"{{"id":1,"status":"{status}"}}"#));
        assert_eq!(job.is_complete(), is_complete);
    }
}
