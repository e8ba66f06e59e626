//! Values written by one of serde's formats and read again: they are equal, or refused. No format
//! changes a value without an error.

// A test may panic; that is how it fails.
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use ce_model::{
    AuthorizationUrl, CreateInstance, Element, ElementKey, ElementToken, Events, Instance,
    InstanceId, Json, OAuthUrl, Object, RequestToken,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Why a value did not come back.
#[derive(Debug, PartialEq)]
enum Refused {
    Written(String),
    Read(String),
}

fn written<T, E: Debug>(result: Result<T, E>) -> Result<T, Refused> {
    result.map_err(|error| Refused::Written(format!("{error:?}")))
}

fn read<T, E: Debug>(result: Result<T, E>) -> Result<T, Refused> {
    result.map_err(|error| Refused::Read(format!("{error:?}")))
}

/// Everything that a format does with a value: writes it and reads it again.
trait Format {
    const NAME: &'static str;

    fn there_and_back<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, Refused>;
}

macro_rules! formats {
    ($( $Format:ident: |$value:ident| $back:expr; )*) => { $(
        struct $Format;

        impl Format for $Format {
            const NAME: &'static str = stringify!($Format);

            fn there_and_back<T: Serialize + DeserializeOwned>($value: &T) -> Result<T, Refused> {
                $back
            }
        }
    )* };
}

formats! {
    JsonText: |value| read(serde_json::from_str(&written(serde_json::to_string(value))?));
    JsonPretty: |value| read(serde_json::from_str(&written(serde_json::to_string_pretty(value))?));
    JsonSlice: |value| read(serde_json::from_slice(&written(serde_json::to_vec(value))?));
    JsonReader: |value| read(serde_json::from_reader(&*written(serde_json::to_vec(value))?));
    JsonTree: |value| read(serde_json::from_value(written(serde_json::to_value(value))?));
    MessagePack: |value| read(rmp_serde::from_slice(&written(rmp_serde::to_vec(value))?));
    MessagePackNamed: |value| {
        read(rmp_serde::from_slice(&written(rmp_serde::to_vec_named(value))?))
    };
    MessagePackReader: |value| {
        read(rmp_serde::from_read(&*written(rmp_serde::to_vec(value))?))
    };
    Cbor: |value| {
        let mut bytes = Vec::new();
        written(ciborium::into_writer(value, &mut bytes))?;
        read(ciborium::from_reader(&*bytes))
    };
    CborTree: |value| {
        let tree = written(ciborium::Value::serialized(value))?;
        read(tree.deserialized())
    };
    Yaml: |value| read(serde_norway::from_str(&written(serde_norway::to_string(value))?));
    YamlTree: |value| read(serde_norway::from_value(written(serde_norway::to_value(value))?));
    SimdJson: |value| {
        read(simd_json::serde::from_slice(&mut written(simd_json::serde::to_vec(value))?))
    };
    SimdJsonTree: |value| {
        let tree: simd_json::OwnedValue = written(simd_json::serde::to_owned_value(value))?;
        read(simd_json::serde::from_owned_value(tree))
    };
    Ron: |value| read(ron::from_str(&written(ron::to_string(value))?));
    RonUnwrapped: |value| {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::UNWRAP_NEWTYPES);
        read(options.from_str(&written(options.to_string(value))?))
    };
    Postcard: |value| read(postcard::from_bytes(&written(postcard::to_allocvec(value))?));
}

/// What users make of our types.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    before: u8,
    #[serde(flatten)]
    object: Object,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct FlatRecord {
    before: u8,
    #[serde(flatten)]
    instance: Instance,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
    Instance(Box<Instance>),
    Json { json: Json },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Internal {
    Instance(Box<Instance>),
    Json { json: Json, object: Object },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "content")]
enum Adjacent {
    Instance(Box<Instance>),
    Json(Json),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    id: InstanceId,
    token: ElementToken,
    key: ElementKey,
    url: AuthorizationUrl,
    instance: Option<Instance>,
    absent: Option<Instance>,
    json: Json,
}

const INSTANCE: &str = r#"{"id":7,"token":"T\"\\","element":{"id":74,"key":"instagram","authentication":{"type":"oauth2","x":1},"parameters":[],"y":{}},"name":"Ann's \u00e4\n","tags":["a","true","7"],"valid":true,"disabled":null,"maxCacheSize":-1,"configuration":{"a":"b","c":null,"d":{"e":[1,-2,1.5,1e300,[],{}]},"no":"on","~":"~","0x10":"0x10"},"user":{"id":18446744073709551615,"firstName":null},"new":[1,{"f":-9223372036854775808}]}"#;

fn parsed<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

/// Says what became of a value, and fails if it came back another.
fn outcome<F: Format, T>(case: &str, value: &T) -> Result<(), Refused>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let back = F::there_and_back(value)?;
    assert_eq!(&back, value, "{} changes {case}", F::NAME);
    Ok(())
}

fn values() -> Vec<(&'static str, Json)> {
    [
        ("null", "null"),
        ("boolean", "true"),
        ("integer", "18446744073709551615"),
        ("negative", "-9223372036854775808"),
        ("float", "0.30000000000000004"),
        ("integral float", "1.0"),
        ("exponent", "1.50e-7"),
        ("large exponent", "1e300"),
        ("float of 16 digits", "-9.213919757591018e141"),
        ("negative zero", "-0.0"),
        ("string", r#""a\"b\\c\u0000\n\ud83d\ude00""#),
        ("empty string", r#""""#),
        ("string like a number", r#""1e3""#),
        ("string like JSON", r#""[1]""#),
        ("string like a name", r#""null""#),
        ("blanks", r#"" \n a \n""#),
        ("empty array", "[]"),
        ("array", r#"[1,[],{},null,"x",[[2]]]"#),
        ("array of one", "[1]"),
        ("empty object", "{}"),
        ("object", r#"{"b":1,"a":{"c":[]},"":null,"7":8}"#),
        ("object of null", r#"{"a":null}"#),
    ]
    .map(|(case, json)| (case, json.parse().unwrap()))
    .into()
}

/// Each case that came back; the others were refused.
fn came_back<F: Format>() -> Vec<(String, Result<(), Refused>)> {
    let mut outcomes = Vec::new();
    let mut note = |case: &str, outcome| outcomes.push((case.to_owned(), outcome));
    for (case, json) in values() {
        note(case, outcome::<F, _>(case, &json));
        let object: Object = [("a", json.clone())].into_iter().collect();
        note(
            &format!("{case} in an object"),
            outcome::<F, _>(case, &object),
        );
        let list = vec![json.clone(), Json::NULL, json.clone()];
        note(&format!("{case} in a list"), outcome::<F, _>(case, &list));
        let flat = Flat { before: 1, object };
        note(&format!("{case}, flattened"), outcome::<F, _>(case, &flat));
        let untagged = Untagged::Json { json: json.clone() };
        note(
            &format!("{case}, untagged"),
            outcome::<F, _>(case, &untagged),
        );
        let object = Object::new();
        let internal = Internal::Json {
            json: json.clone(),
            object,
        };
        note(&format!("{case}, tagged"), outcome::<F, _>(case, &internal));
        let adjacent = Adjacent::Json(json);
        note(
            &format!("{case}, with its tag beside it"),
            outcome::<F, _>(case, &adjacent),
        );
    }
    let instance = || parsed::<Instance>(INSTANCE);
    note("instance", outcome::<F, _>("instance", &instance()));
    let flat = FlatRecord {
        before: 1,
        instance: instance(),
    };
    note("instance, flattened", outcome::<F, _>("instance", &flat));
    let untagged = Untagged::Instance(Box::new(instance()));
    note("instance, untagged", outcome::<F, _>("instance", &untagged));
    let internal = Internal::Instance(Box::new(instance()));
    note("instance, tagged", outcome::<F, _>("instance", &internal));
    let adjacent = Adjacent::Instance(Box::new(instance()));
    note(
        "instance, with its tag beside it",
        outcome::<F, _>("instance", &adjacent),
    );
    let row = Row {
        id: InstanceId::new(u64::MAX),
        token: ElementToken::new("T"),
        key: ElementKey::new("instagram"),
        url: AuthorizationUrl::new("https://a.example/?b"),
        instance: Some(instance()),
        absent: None,
        json: Json::NULL,
    };
    note("row", outcome::<F, _>("row", &row));
    let body = CreateInstance::new("instagram", "n")
        .code("c")
        .events(Events::polling("https://app.example/").every_minutes(5))
        .tag("t");
    note("body", outcome::<F, _>("body", &body));
    let url: OAuthUrl = parsed(r#"{"oauthUrl":"https://a.example/","element":null,"x":{}}"#);
    note("url", outcome::<F, _>("url", &url));
    let token: RequestToken = parsed(r#"{"token":"t","secret":"s"}"#);
    note("request token", outcome::<F, _>("request token", &token));
    let element: Element =
        parsed(r#"{"key":"a","configuration":[{"key":"b","defaultValue":null}]}"#);
    note("element", outcome::<F, _>("element", &element));
    outcomes
}

/// Compares the cases that are refused with those that are expected to be.
#[track_caller]
fn all_come_back_but<F: Format>(refused: impl Fn(&str) -> bool) {
    let wrong: Vec<_> = came_back::<F>()
        .into_iter()
        .filter(|(case, outcome)| outcome.is_err() != refused(case))
        .collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", F::NAME);
}

fn none(_: &str) -> bool {
    false
}

#[test]
fn json() {
    all_come_back_but::<JsonText>(none);
    all_come_back_but::<JsonPretty>(none);
    all_come_back_but::<JsonSlice>(none);
    all_come_back_but::<JsonReader>(none);
    all_come_back_but::<JsonTree>(none);
}

#[test]
fn simd_json() {
    all_come_back_but::<SimdJson>(none);
    all_come_back_but::<SimdJsonTree>(none);
}

#[test]
fn message_pack() {
    all_come_back_but::<MessagePackNamed>(none);
    // Serde knows a struct's variant without a tag by the names of its fields.
    let unnamed = |case: &str| case.ends_with("untagged") && !case.starts_with("instance");
    all_come_back_but::<MessagePack>(unnamed);
    all_come_back_but::<MessagePackReader>(unnamed);
}

#[test]
fn cbor() {
    all_come_back_but::<Cbor>(none);
    all_come_back_but::<CborTree>(none);
}

#[test]
fn yaml() {
    all_come_back_but::<Yaml>(none);
    all_come_back_but::<YamlTree>(none);
}

/// RON wants brackets around what serde calls a newtype, and takes them for a list where it isn't
/// told. So none are written, and what needs them is refused when it is read.
#[test]
fn ron() {
    all_come_back_but::<RonUnwrapped>(none);
    let buffered = ["flattened", "tagged"];
    all_come_back_but::<Ron>(|case| !buffered.iter().any(|words| case.contains(words)));
}

/// A format that can't be read without knowing what stands there: whatever holds an object is refused
/// when it is written.
#[test]
fn postcard() {
    for (case, outcome) in came_back::<Postcard>() {
        assert!(outcome.is_err(), "{case}");
    }
    for (case, value) in values() {
        let object: Object = [("a", value)].into_iter().collect();
        let refused = outcome::<Postcard, _>(case, &object);
        assert!(
            matches!(refused, Err(Refused::Written(_))),
            "{case}: {refused:?}"
        );
    }
    let instance: Instance = parsed(INSTANCE);
    let refused = outcome::<Postcard, _>("instance", &instance);
    assert!(matches!(refused, Err(Refused::Written(_))), "{refused:?}");
    // What has one type is no JSON of unknown content.
    let own = (
        InstanceId::new(7),
        ElementToken::new("T"),
        ElementKey::new("k"),
    );
    assert_eq!(outcome::<Postcard, _>("own", &own), Ok(()));
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
