//! Values written by one of serde's formats and read again: they are equal, or refused. No format
//! changes a value without an error. A stored flow is read again by all of them.

use std::error::Error;
use std::time::{Duration, SystemTime};

use ce_core::calls::CheckCredentials;
use ce_core::{
    CallExecution, Config, ConnectRequest, Credentials, Entropy, Input, Operation,
    PendingAuthorization, Step, http,
};
use ce_model::{ElementKey, ElementToken, Instance, InstanceId, Json, Object};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// What users make of our types.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat<T> {
    #[serde(flatten)]
    inner: T,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Other(String, u8, String),
    It(T),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Internal<T> {
    It(T),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content")]
enum Adjacent<T> {
    It(T),
}

/// What we have, in what users make of it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    json: (Json, Adjacent<Json>, Untagged<Json>),
    object: (Object, Internal<Object>, Flat<Object>),
    instance: (Option<Instance>, Option<Instance>, Vec<Instance>),
    in_users_types: (Internal<Instance>, Untagged<Instance>, Flat<Instance>),
    own: (InstanceId, ElementToken, ElementKey),
}

const VALUES: &str = r#"[
    null,true,18446744073709551615,-9223372036854775808,
    0.30000000000000004,1.0,1.50e-7,1e300,-9.213919757591018e141,-0.0,
    "a\"b\\c\u0000\n\ud83d\ude00","","1e3","[1]","null"," \n a \n",
    [],[1,[],{},null,"x",[[2]]],[1],{},{"b":1,"a":{"c":[]},"":null,"7":8},{"a":null}
]"#;

const INSTANCE: &str = r#"{"id":7,"token":"T\"\\","element":{"id":74,"key":"instagram","authentication":{"type":"oauth2","x":1},"parameters":[],"y":{}},"name":"Ann's \u00e4\n","tags":["a","true","7"],"valid":true,"disabled":null,"maxCacheSize":-1,"configuration":{"a":"b","c":null,"d":{"e":[1,-2,1.5,1e300,[],{}]},"no":"on","~":"~","0x10":"0x10"},"user":{"id":18446744073709551615,"firstName":null},"new":[1,{"f":-9223372036854775808}]}"#;

fn everything(json: &Json) -> Everything {
    let json = || json.clone();
    let inner = Object::from_iter([("a", json())]);
    let object = (inner.clone(), Internal::It(inner.clone()), Flat { inner });
    let inner: Instance = serde_json::from_str(INSTANCE).unwrap();
    let instance = || inner.clone();
    let inner = instance();
    Everything {
        json: (json(), Adjacent::It(json()), Untagged::It(json())),
        object,
        instance: (Some(instance()), None, vec![instance()]),
        in_users_types: (
            Internal::It(instance()),
            Untagged::It(instance()),
            Flat { inner },
        ),
        own: (u64::MAX.into(), ElementToken::new("T"), "k".into()),
    }
}

type ThereAndBack = fn(&Everything) -> Result<Everything, Box<dyn Error>>;

macro_rules! formats {
    ($( $name:literal: $value:ident => $written:expr, $text:ident => $read:expr; )*) => {
        [$( ($name, |$value| { #[allow(unused_mut)] let mut $text = $written?; Ok($read?) }) ),*]
    };
}

const FORMATS: &[(&str, ThereAndBack)] = &formats! {
    "JSON": value => serde_json::to_string(value), text => serde_json::from_str(&text);
    "JSON, reader": value => serde_json::to_vec_pretty(value), text => serde_json::from_reader(&*text);
    "JSON, tree": value => serde_json::to_value(value), tree => serde_json::from_value(tree);
    "simd-json": value => simd_json::serde::to_vec(value),
        text => simd_json::serde::from_slice(&mut text);
    "simd-json, tree": value => simd_json::serde::to_owned_value(value),
        tree => simd_json::serde::from_owned_value(tree);
    "MessagePack": value => rmp_serde::to_vec(value), bytes => rmp_serde::from_slice(&bytes);
    "MessagePack, names": value => rmp_serde::to_vec_named(value),
        bytes => rmp_serde::from_slice(&bytes);
    "MessagePack, reader": value => rmp_serde::to_vec(value), bytes => rmp_serde::from_read(&*bytes);
    "CBOR": value => { let mut bytes = vec![]; ciborium::into_writer(value, &mut bytes).map(|()| bytes) },
        bytes => ciborium::from_reader(&*bytes);
    "CBOR, tree": value => ciborium::Value::serialized(value), tree => tree.deserialized();
    "YAML": value => serde_norway::to_string(value), text => serde_norway::from_str(&text);
    "YAML, tree": value => serde_norway::to_value(value), tree => serde_norway::from_value(tree);
    "RON": value => unwrapped().to_string(value), text => unwrapped().from_str(&text);
};

fn unwrapped() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES)
}

#[test]
fn formats_that_describe_themselves_change_nothing() {
    for json in serde_json::from_str::<Vec<Json>>(VALUES).unwrap() {
        for &(format, there_and_back) in FORMATS {
            let value = everything(&json);
            let back = there_and_back(&value);
            let back = back.unwrap_or_else(|error| panic!("{format}: {} {error}", json.text()));
            assert_eq!(back, value, "{format}: {}", json.text());
        }
    }
}

/// RON wants brackets around what serde calls a newtype. None are written, so it is refused.
/// Postcard can't be read without knowing what stands there: an object is not written at all.
#[test]
fn other_formats_refuse() {
    for json in serde_json::from_str::<Vec<Json>>(VALUES).unwrap() {
        let value = everything(&json);
        let written = ron::to_string(&value).unwrap();
        assert!(ron::from_str::<Everything>(&written).is_err());
        assert!(postcard::to_allocvec(&value.object.0).is_err());
        assert!(postcard::to_allocvec(&value.instance.0).is_err());
        let own = postcard::to_allocvec(&value.own).unwrap();
        assert_eq!(postcard::from_bytes(&own), Ok(value.own));
    }
}

/// What a format of another origin holds and JSON does not.
#[test]
fn what_json_does_not_have_is_refused_when_read() {
    let message_pack: [(&str, &[u8]); 5] = [
        ("bytes", &[0xc4, 1, b'1']),
        ("a number for a name", &[0x81, 1, 2]),
        ("NaN", &[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
        ("infinity", &[0xca, 0x7f, 0x80, 0, 0]),
        ("an extension", &[0xd4, 1, 2]),
    ];
    for (case, bytes) in message_pack {
        assert!(rmp_serde::from_slice::<Json>(bytes).is_err(), "{case}");
    }
    // A format may let it nest deeper than JSON does.
    for (levels, is_read) in [(127, true), (128, false), (1000, false)] {
        let nested = [vec![0x91; levels], vec![0xc0]].concat();
        let read = rmp_serde::from_slice::<Json>(&nested);
        assert_eq!(read.is_ok(), is_read, "{levels}");
    }
    let float: Json = rmp_serde::from_slice(&[0xca, 0x3f, 0xc0, 0, 0]).unwrap();
    assert_eq!(float.text(), "1.5");
    for yaml in [".nan", ".inf", "!tag x"] {
        assert!(serde_norway::from_str::<Json>(yaml).is_err(), "{yaml}");
    }
}

/// The private name under which `serde_json` hands JSON text over. A document may have it as well.
fn private_name() -> String {
    let text = ciborium::Value::serialized(RawValue::NULL).unwrap();
    let [(ciborium::Value::Text(name), _)] = text.as_map().unwrap().as_slice() else {
        unreachable!("a raw value is written under its name");
    };
    name.clone()
}

#[test]
fn a_member_of_the_private_name_is_no_text() {
    let text = format!(r#"{{"{}":"[1]"}}"#, private_name());
    let kept: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(kept.text(), text);
    let value = everything(&kept);
    for &(format, there_and_back) in FORMATS {
        assert_eq!(there_and_back(&value).unwrap(), value, "{format}");
    }
    // A map alone does not say whether it is `serde_json`'s answer.
    let map: Map<String, Value> = kept.parse().unwrap();
    assert!(Json::deserialize(map).is_err());
    let map = Map::from_iter([("a".to_owned(), Value::Null)]);
    assert_eq!(Json::deserialize(map).unwrap().text(), r#"{"a":null}"#);
}

/// `Value` reads the text behind the private name anew, with levels of its own, until the stack ends.
#[test]
fn an_error_that_nests_by_the_private_name_is_an_error() {
    let name = private_name();
    let mut body = "1".to_owned();
    for _ in 0..60 {
        let text = body.replace('\\', r"\u005c").replace('"', r"\u0022");
        let object = format!(r#"{{"{name}":"{text}"}}"#);
        body = format!("{}{object}{}", "[".repeat(120), "]".repeat(120));
    }
    let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
    let mut check = CallExecution::new(&config, CheckCredentials);
    let _ = check.step(Input::Start, Duration::ZERO);
    let refused = http::Response::builder().status(400).body(body.into());
    let refused = Input::Response(Ok(refused.unwrap().into()));
    let Step::Done(checked) = check.step(refused, Duration::ZERO) else {
        panic!("a refusal is not repeated");
    };
    assert_eq!(checked.unwrap_err().status().unwrap().as_u16(), 400);
}

#[test]
fn a_flow_is_stored_in_any_format() {
    type Stored = fn(&PendingAuthorization) -> Result<PendingAuthorization, Box<dyn Error>>;
    let formats: [(&str, Stored); 5] = formats! {
        "JSON, tree": flow => serde_json::to_value(flow), tree => serde_json::from_value(tree);
        "MessagePack": flow => rmp_serde::to_vec(flow), bytes => rmp_serde::from_slice(&bytes);
        "MessagePack, names": flow => rmp_serde::to_vec_named(flow),
            bytes => rmp_serde::from_slice(&bytes);
        "postcard": flow => postcard::to_allocvec(flow), bytes => postcard::from_bytes(&bytes);
        "RON": flow => ron::to_string(flow), text => ron::from_str(&text);
    };
    let request = || ConnectRequest::new("instagram");
    let now = SystemTime::UNIX_EPOCH;
    let flow = |request| PendingAuthorization::new(&request, &Entropy::from([0; 48]), now);
    let mut oauth1 = serde_json::to_value(flow(request())).unwrap();
    oauth1["request"] = serde_json::json!({"token": "rt", "secret": "s"});
    for flow in [
        flow(request()),
        flow(request().recoverable()),
        flow(request().reauthorize(u64::MAX)),
        flow(request().dangerously_accept_callbacks_without_state()),
        serde_json::from_value(oauth1).unwrap(),
    ] {
        for (format, stored) in formats {
            assert_eq!(stored(&flow).unwrap(), flow, "{format}");
        }
    }
}
