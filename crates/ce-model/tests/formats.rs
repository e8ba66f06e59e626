//! Values written by one of serde's formats and read again: they are equal, or refused. No format
//! changes a value without an error.

// A test may panic; that is how it fails.
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use ce_model::{
    AuthorizationUrl, CreateInstance, ElementKey, ElementToken, Instance, InstanceId, Json, Object,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Writes a value and reads it again.
trait Format {
    const NAME: &'static str;

    fn there_and_back<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, String>;
}

macro_rules! formats {
    ($( $Format:ident: $value:ident => $written:expr, $text:ident => $read:expr; )*) => { $(
        struct $Format;

        impl Format for $Format {
            const NAME: &'static str = stringify!($Format);

            fn there_and_back<T: Serialize + DeserializeOwned>($value: &T) -> Result<T, String> {
                #[allow(unused_mut)]
                let mut $text = $written.map_err(|error| format!("written: {error}"))?;
                $read.map_err(|error| format!("read: {error}"))
            }
        }
    )* };
}

formats! {
    JsonText: value => serde_json::to_string(value), text => serde_json::from_str(&text);
    JsonPretty: value => serde_json::to_string_pretty(value), text => serde_json::from_str(&text);
    JsonSlice: value => serde_json::to_vec(value), bytes => serde_json::from_slice(&bytes);
    JsonReader: value => serde_json::to_vec(value), bytes => serde_json::from_reader(&*bytes);
    JsonTree: value => serde_json::to_value(value), tree => serde_json::from_value(tree);
    SimdJson: value => simd_json::serde::to_vec(value),
        bytes => simd_json::serde::from_slice(&mut bytes);
    SimdJsonTree: value => simd_json::serde::to_owned_value(value),
        tree => simd_json::serde::from_owned_value(tree);
    MessagePack: value => rmp_serde::to_vec(value), bytes => rmp_serde::from_slice(&bytes);
    MessagePackNamed: value => rmp_serde::to_vec_named(value),
        bytes => rmp_serde::from_slice(&bytes);
    MessagePackReader: value => rmp_serde::to_vec(value), bytes => rmp_serde::from_read(&*bytes);
    Cbor: value => {
            let mut bytes = Vec::new();
            ciborium::into_writer(value, &mut bytes).map(|()| bytes)
        },
        bytes => ciborium::from_reader(&*bytes);
    CborTree: value => ciborium::Value::serialized(value), tree => tree.deserialized();
    Yaml: value => serde_norway::to_string(value), text => serde_norway::from_str(&text);
    YamlTree: value => serde_norway::to_value(value), tree => serde_norway::from_value(tree);
    Ron: value => ron::to_string(value), text => ron::from_str(&text);
    RonUnwrapped: value => unwrapped().to_string(value), text => unwrapped().from_str(&text);
    Postcard: value => postcard::to_allocvec(value), bytes => postcard::from_bytes(&bytes);
}

fn unwrapped() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES)
}

/// What users make of our types.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat<T> {
    before: u8,
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

const VALUES: &str = r#"[
    null,true,18446744073709551615,-9223372036854775808,
    0.30000000000000004,1.0,1.50e-7,1e300,-9.213919757591018e141,-0.0,
    "a\"b\\c\u0000\n\ud83d\ude00","","1e3","[1]","null"," \n a \n",
    [],[1,[],{},null,"x",[[2]]],[1],{},{"b":1,"a":{"c":[]},"":null,"7":8},{"a":null}
]"#;

const INSTANCE: &str = r#"{"id":7,"token":"T\"\\","element":{"id":74,"key":"instagram","authentication":{"type":"oauth2","x":1},"parameters":[],"y":{}},"name":"Ann's \u00e4\n","tags":["a","true","7"],"valid":true,"disabled":null,"maxCacheSize":-1,"configuration":{"a":"b","c":null,"d":{"e":[1,-2,1.5,1e300,[],{}]},"no":"on","~":"~","0x10":"0x10"},"user":{"id":18446744073709551615,"firstName":null},"new":[1,{"f":-9223372036854775808}]}"#;

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// Fails if a value comes back another, or is refused without need.
#[track_caller]
fn check<F: Format, T>(value: T, may_be_refused: bool)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    match F::there_and_back(&value) {
        Ok(back) => assert_eq!(back, value, "{} changes it", F::NAME),
        Err(why) => assert!(may_be_refused, "{} {why}: {value:?}", F::NAME),
    }
}

/// A value, in whatever users make of it.
#[track_caller]
fn in_each_place<F: Format, T>(value: &T, refused: bool)
where
    T: Clone + Serialize + DeserializeOwned + PartialEq + Debug,
{
    check::<F, _>(value.clone(), refused);
    check::<F, _>(vec![value.clone(), value.clone()], refused);
    check::<F, _>(Adjacent::It(value.clone()), refused);
    check::<F, _>(Untagged::It(value.clone()), refused);
}

/// Likewise of what is written as a map.
#[track_caller]
fn map_in_each_place<F: Format, T>(value: T, refused: bool)
where
    T: Clone + Serialize + DeserializeOwned + PartialEq + Debug,
{
    in_each_place::<F, T>(&value, refused);
    check::<F, _>(Some(value.clone()), refused);
    check::<F, _>(Internal::It(value.clone()), refused);
    check::<F, _>(
        Flat {
            before: 1,
            inner: value,
        },
        refused,
    );
}

#[track_caller]
fn all_come_back<F: Format>(may_be_refused: bool) {
    for json in read::<Vec<Json>>(VALUES) {
        in_each_place::<F, _>(&json, may_be_refused);
        map_in_each_place::<F, _>(Object::from_iter([("a", json)]), may_be_refused);
    }
    map_in_each_place::<F, Instance>(read(INSTANCE), may_be_refused);
    map_in_each_place::<F, _>(CreateInstance::new("a", "n").tag("t"), may_be_refused);
    check::<F, _>(row(), false);
}

/// What has a type of its own.
fn row() -> (InstanceId, ElementToken, ElementKey, AuthorizationUrl) {
    let url = AuthorizationUrl::new("https://a.example/?b");
    (
        InstanceId::new(u64::MAX),
        ElementToken::new("T"),
        ElementKey::new("k"),
        url,
    )
}

#[test]
fn json() {
    all_come_back::<JsonText>(false);
    all_come_back::<JsonPretty>(false);
    all_come_back::<JsonSlice>(false);
    all_come_back::<JsonReader>(false);
    all_come_back::<JsonTree>(false);
    all_come_back::<SimdJson>(false);
    all_come_back::<SimdJsonTree>(false);
}

#[test]
fn message_pack_cbor_and_yaml() {
    all_come_back::<MessagePack>(false);
    all_come_back::<MessagePackNamed>(false);
    all_come_back::<MessagePackReader>(false);
    all_come_back::<Cbor>(false);
    all_come_back::<CborTree>(false);
    all_come_back::<Yaml>(false);
    all_come_back::<YamlTree>(false);
}

/// RON wants brackets around what serde calls a newtype, and takes them for a list where it isn't
/// told. So none are written, and what needs them is refused when it is read.
#[test]
fn ron() {
    all_come_back::<RonUnwrapped>(false);
    all_come_back::<Ron>(true);
}

/// A format that can't be read without knowing what stands there refuses to write an object.
#[test]
fn postcard() {
    all_come_back::<Postcard>(true);
    for json in read::<Vec<Json>>(VALUES) {
        assert!(postcard::to_allocvec(&Object::from_iter([("a", json)])).is_err());
    }
    assert!(postcard::to_allocvec(&read::<Instance>(INSTANCE)).is_err());
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
    let float: Json = rmp_serde::from_slice(&[0xca, 0x3f, 0xc0, 0, 0]).unwrap();
    assert_eq!(float.text(), "1.5");
    for yaml in [".nan", ".inf", "!tag x"] {
        assert!(serde_norway::from_str::<Json>(yaml).is_err(), "{yaml}");
    }
}

/// `serde_json` hands JSON text over under a private name, which a document may have as well.
#[test]
fn a_member_of_the_private_name_is_no_text() {
    let text = ciborium::Value::serialized(RawValue::NULL).unwrap();
    let [(ciborium::Value::Text(name), _)] = text.as_map().unwrap().as_slice() else {
        unreachable!("a raw value is written under its name");
    };
    let text = format!(r#"{{"{name}":"[1]"}}"#);
    let kept: Json = read(&text);
    assert_eq!(kept.text(), text);
    assert_eq!(read::<Untagged<Json>>(&text), Untagged::It(kept.clone()));
    check::<JsonTree, _>(kept.clone(), false);
    check::<MessagePack, _>(kept.clone(), false);
    // A map alone does not say whether it is `serde_json`'s answer.
    let map: Map<String, Value> = kept.parse().unwrap();
    assert!(Json::deserialize(map).is_err());
    let map = Map::from_iter([("a".to_owned(), Value::Null)]);
    assert_eq!(Json::deserialize(map).unwrap().text(), r#"{"a":null}"#);
}
