//! Odd answers: what is required, tolerated and refused, as `ce_core::answers` says.

use ce_tests::prelude::*;
use libtest_mimic::Trial;

/// An answer: its status, one header, and its body.
type Answer = (u16, (&'static str, &'static str), Vec<u8>);

/// What it is, the answer, and what is read of it or a part of the error's sentence.
type Row = (&'static str, Answer, Result<&'static str, &'static str>);

const JSON: (&str, &str) = ("content-type", "application/json");

fn ok(body: impl Into<Vec<u8>>) -> Answer {
    with(200, JSON, body)
}

fn with(status: u16, header: (&'static str, &'static str), body: impl Into<Vec<u8>>) -> Answer {
    (status, header, body.into())
}

/// An answer of step 2 with the id 7, the token `T` and these members.
fn instance(members: &str) -> Vec<u8> {
    format!(r#"{{"id":7,"token":"T",{members}}}"#).into_bytes()
}

pub fn cases() -> Vec<Trial> {
    let tables = [
        instances(),
        urls(),
        request_tokens(),
        lists(),
        anything(),
        checks(),
    ];
    tables.into_iter().flatten().collect()
}

/// Two cases of each row.
fn of_table(
    what: &str,
    table: impl IntoIterator<Item = Row>,
    read: impl AsyncFn(AnyClient) -> Result<String, Error> + Copy + Send + 'static,
) -> Vec<Trial> {
    let cases = table.into_iter().map(|(name, answer, expected)| {
        crate::on_both(&format!("{what} / {name}"), move |kind: Kind| {
            let (status, header, body) = answer.clone();
            async move {
                match (read(kind.answered(status, header, body)).await, expected) {
                    (Ok(read), Ok(expected)) => assert_eq!(read, expected),
                    (Err(error), Err(sentence)) => {
                        let said = said(&error);
                        assert!(said.contains(sentence), "{said}");
                        assert!(!said.contains("canary"), "{said}");
                    }
                    (read, _) => panic!("{read:?}"),
                }
            }
        })
    });
    cases.flatten().collect()
}

fn instances() -> Vec<Trial> {
    let read = Ok("7 T");
    let html = ("content-type", "text/html");
    let bytes = |before: &str, byte: &[u8], after: &str| {
        [before.as_bytes(), byte, after.as_bytes()].concat()
    };
    let utf16: Vec<u8> = "\u{feff}{\"id\":7,\"token\":\"T\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let nested = |depth: usize| {
        instance(&format!(
            r#""x":{}1{}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        ))
    };
    let many: Vec<String> = (0..10_000).map(|name| format!(r#""{name}":1"#)).collect();
    #[rustfmt::skip] // A row a case.
    let table = [
        // Encodings and what stands around.
        ("as documented", ok(instance(r#""name":"n","element":{"key":"instagram"}"#)), read),
        ("BOM", ok(bytes("\u{feff}", &instance(r#""element":{}"#), "")), read),
        ("white space around", ok(bytes("\r\n \t", &instance(r#""name":"n""#), " \n")), read),
        ("name cut amid a character", ok(bytes(r#"{"id":7,"token":"T","name":"Ann"#, b"\xc3", "\"}")), read),
        ("name in Latin-1", ok(bytes(r#"{"id":7,"token":"T","name":"caf"#, b"\xe9", "\"}")), read),
        ("a name that is no UTF-8", ok(bytes(r#"{"id":7,"token":"T",""#, b"\xff", "\":1}")), read),
        ("escaped names and token", ok(r#"{"\u0069d":7,"\u0074oken":"\u0054"}"#), read),
        ("half a surrogate pair in a name", ok(instance(r#""name":"\ud83d""#)), read),
        ("half a surrogate pair elsewhere", ok(instance(r#""x":{"y":"\udc00"}"#)), read),
        ("UTF-16", ok(utf16), Err("is not whole JSON")),
        ("a token that is no UTF-8", ok(bytes(r#"{"id":7,"token":"T"#, b"\xc3", "\"}")), Err("no request can carry")),
        ("a token beyond ASCII", ok(r#"{"id":7,"token":"Tä"}"#), Err("no request can carry")),
        ("a token of two lines", ok(r#"{"id":7,"token":"T\r\nX: y"}"#), Err("no request can carry")),
        ("half a surrogate pair in the token", ok(r#"{"id":7,"token":"canary\ud83d"}"#), Err("the field `token` is not")),
        ("a field's name is half a surrogate pair", ok(instance(r#""\ud83d":1"#)), Err("is not whole JSON")),
        ("NUL behind", ok(bytes("", &instance(r#""name":"n""#), "\0")), Err("is not whole JSON")),
        ("text behind", ok(bytes("", &instance(r#""name":"n""#), "canary")), Err("is not whole JSON")),
        ("a guard before", ok(bytes(")]}',\n", &instance(r#""name":"n""#), "")), Err("is not whole JSON")),
        ("a call around", ok(bytes("cb(", &instance(r#""name":"n""#), ")")), Err("is not whole JSON")),
        ("cut behind the token", ok(r#"{"id":7,"token":"T","na"#), Err("is not whole JSON")),
        ("cut amid the token", ok(r#"{"id":7,"token":"cana"#), Err("is not whole JSON")),
        ("a comma too many", ok(r#"{"id":7,"token":"T",}"#), Err("is not whole JSON")),
        ("single quotes", ok("{'id':7,'token':'T'}"), Err("is not whole JSON")),
        ("not a number", ok(r#"{"id":7,"token":"T","x":NaN}"#), Err("is not whole JSON")),
        // Media types, encodings, statuses.
        ("HTML by name alone", with(200, html, instance(r#""name":"n""#)), read),
        ("text by name alone", with(200, ("content-type", "text/plain"), instance(r#""name":"n""#)), read),
        ("another charset by name alone", with(200, ("content-type", "application/json; charset=ISO-8859-1"), instance(r#""name":"n""#)), read),
        ("no media type", with(200, ("x", "y"), instance(r#""name":"n""#)), read),
        ("a vendor's media type", with(200, ("content-type", "application/vnd.x+json"), instance(r#""name":"n""#)), read),
        ("identity", with(200, ("content-encoding", "identity"), instance(r#""name":"n""#)), read),
        ("identity, damaged", with(200, ("content-encoding", "identity"), "canary"), Err("is not whole JSON (line 1, column 1)")),
        ("marked gzip and plain", with(200, ("content-encoding", "gzip"), instance(r#""name":"n""#)), read),
        ("gzip", with(200, ("content-encoding", "gzip"), *b"\x1f\x8b\x08\x00canary"), Err("is compressed")),
        ("201", with(201, JSON, instance(r#""name":"n""#)), read),
        ("202", with(202, JSON, instance(r#""name":"n""#)), read),
        ("299", with(299, JSON, instance(r#""name":"n""#)), read),
        ("202 without an instance", with(202, JSON, r#"{"status":"canary"}"#), Err("lacks the field `id`")),
        ("204", with(204, JSON, ""), Err("is empty")),
        ("nothing", ok(""), Err("is empty")),
        ("blanks", ok(" \n"), Err("is empty")),
        ("HTML", with(200, html, "<!doctype html>canary"), Err("is HTML")),
        ("XML", ok("<?xml version=\"1.0\"?><id>7</id>"), Err("is HTML or XML")),
        ("a status of no meaning", with(600, JSON, instance(r#""name":"n""#)), Err("does not define")),
        // Types of what is required.
        ("id as text", ok(r#"{"id":"7","token":"T"}"#), read),
        ("id as a whole float", ok(r#"{"id":7.0,"token":"T"}"#), read),
        ("id with an exponent", ok(r#"{"id":7e0,"token":"T"}"#), read),
        ("id of 64 bits", ok(r#"{"id":18446744073709551615,"token":"T"}"#), Ok("18446744073709551615 T")),
        ("id beyond 64 bits", ok(r#"{"id":18446744073709551616,"token":"T"}"#), Err("the field `id` is not")),
        ("id below zero", ok(r#"{"id":-7,"token":"T"}"#), Err("the field `id` is not")),
        ("id with a fraction", ok(r#"{"id":7.5,"token":"T"}"#), Err("the field `id` is not")),
        ("id beyond f64", ok(r#"{"id":1e999,"token":"T"}"#), Err("the field `id` is not")),
        ("id null", ok(r#"{"id":null,"token":"T"}"#), Err("the field `id` is not")),
        ("id a word", ok(r#"{"id":"canary","token":"T"}"#), Err("is JSON, but the field `id` is not of its documented type (line 1")),
        ("id absent", ok(r#"{"token":"T"}"#), Err("lacks the field `id`")),
        ("token absent", ok(r#"{"id":7}"#), Err("lacks the field `token`")),
        ("token null", ok(r#"{"id":7,"token":null}"#), Err("the field `token` is not")),
        ("token a number", ok(r#"{"id":7,"token":7}"#), Err("the field `token` is not")),
        ("token an object", ok(r#"{"id":7,"token":{"value":"canary"}}"#), Err("the field `token` is not")),
        ("token blank", ok(r#"{"id":7,"token":" "}"#), Err("no request can carry")),
        ("token empty", ok(r#"{"id":7,"token":""}"#), Err("no request can carry")),
        // Absences and types of everything else.
        ("element absent", ok(r#"{"id":7,"token":"T"}"#), read),
        ("element null", ok(instance(r#""element":null"#)), read),
        ("element a text", ok(instance(r#""element":"instagram""#)), read),
        ("element a list", ok(instance(r#""element":[{}]"#)), read),
        ("element's key a number", ok(instance(r#""element":{"key":74}"#)), read),
        ("name a number", ok(instance(r#""name":7"#)), read),
        ("name an object", ok(instance(r#""name":{"first":"Ann"}"#)), read),
        ("tags null", ok(instance(r#""tags":null"#)), read),
        ("tags of many kinds", ok(instance(r#""tags":["a",null,7,{}]"#)), read),
        ("configuration a list", ok(instance(r#""configuration":[{"key":"a"}]"#)), read),
        ("configuration of many kinds", ok(instance(r#""configuration":{"a":null,"b":true,"c":{},"d":[]}"#)), read),
        ("a flag as text", ok(instance(r#""valid":"true","disabled":"false""#)), read),
        ("a date as a number", ok(instance(r#""createdDate":1502131598000"#)), read),
        ("a number beyond f64", ok(instance(r#""maxCacheSize":1e999"#)), read),
        ("a number of 30 digits", ok(instance(r#""elementId":123456789012345678901234567890"#)), read),
        ("user null", ok(instance(r#""user":null"#)), read),
        ("user a number", ok(instance(r#""user":7"#)), read),
        ("providerData a text", ok(instance(r#""providerData":"code""#)), read),
        ("names in another case", ok(instance(r#""Token":"U","ID":8"#)), read),
        // Duplicates.
        ("id twice", ok(r#"{"id":6,"id":7,"token":"T"}"#), read),
        ("token twice, then null", ok(r#"{"id":7,"token":"T","token":null}"#), read),
        ("token null, then a token", ok(r#"{"id":7,"token":null,"token":"T"}"#), read),
        ("name twice", ok(instance(r#""name":"a","name":7"#)), read),
        // Sizes and depth.
        ("a name of a megabyte", ok(instance(&format!(r#""name":"{}""#, "n".repeat(1 << 20)))), read),
        ("10,000 members", ok(instance(&many.join(","))), read),
        ("depth 100", ok(nested(100)), read),
        ("depth 1,000", ok(nested(1000)), read),
        ("depth 100,000", ok(nested(100_000)), read),
        // Envelopes.
        ("in an object", ok(bytes(r#"{"instance":"#, &instance(r#""name":"n""#), "}")), Err("lacks the field `id`")),
        ("in a list", ok(bytes("[", &instance(r#""name":"n""#), "]")), Err("not of the documented kind")),
        ("in a text", ok(r#""{\"id\":7,\"token\":\"canary\"}""#), Err("not of the documented kind")),
        ("null", ok("null"), Err("not of the documented kind")),
        ("true", ok("true"), Err("not of the documented kind")),
        ("an empty list", ok("[]"), Err("not of the documented kind: it should be a JSON object (line 1")),
        ("an error's body", ok(r#"{"message":"canary"}"#), Err("lacks the field `id`")),
    ];
    of_table("instance", table, async |client| {
        let connect = ConnectRequest::new("closeio").authentication(AuthenticationScheme::Custom);
        let made = client.provision(&connect.name("n")).await;
        assert!(["done", "unknown"].contains(&&*end(&made)), "{made:?}");
        made.map(|it| format!("{} {}", it.id, it.token.expose()))
    })
}

fn urls() -> Vec<Trial> {
    let url = |url: &str| ok(format!(r#"{{"oauthUrl":"{url}"}}"#));
    let plain = "https://p.example/a?state=st";
    let kind = "not an absolute http or https URL";
    #[rustfmt::skip] // A row a case.
    let table = [
        ("as documented", ok(format!(r#"{{"oauthUrl":"{plain}","element":"instagram"}}"#)), Ok(plain)),
        ("BOM", ok(format!("\u{feff}{{\"oauthUrl\":\"{plain}\"}}")), Ok(plain)),
        ("element null", ok(format!(r#"{{"oauthUrl":"{plain}","element":null}}"#)), Ok(plain)),
        ("twice, then null", ok(format!(r#"{{"oauthUrl":"{plain}","oauthUrl":null}}"#)), Ok(plain)),
        ("escaped slashes", url(r"https:\/\/p.example\/a?state=st"), Ok(plain)),
        ("blanks in the query", url("https://p.example/a?scope=a b&state=st"), Ok("https://p.example/a?scope=a b&state=st")),
        ("upper case", url("HTTPS://P.EXAMPLE/?state=st"), Ok("HTTPS://P.EXAMPLE/?state=st")),
        ("a redirect_uri that is not encoded", url("https://p.example/a?redirect_uri=https://app.example/cb&state=st"),
            Ok("https://p.example/a?redirect_uri=https://app.example/cb&state=st")),
        ("no state", url("https://p.example/a"), Err("no state")),
        ("the element's key for a state", url("https://p.example/a?state=instagram"), Err("another state")),
        ("relative", url("/a?state=st"), Err(kind)),
        ("without a scheme", url("p.example/a?state=st"), Err(kind)),
        ("a script", url("javascript:alert(1)//?state=st"), Err(kind)),
        ("two lines", url(r"https://p.example/?state=st\r\nSet-Cookie: a=b"), Err(kind)),
        ("damaged", url("https://p.example/\u{fffd}?state=st"), Err(kind)),
        ("empty", url(""), Err(kind)),
        ("null", ok(r#"{"oauthUrl":null}"#), Err("the field `oauthUrl` is not")),
        ("a list", ok(r#"{"oauthUrl":["canary"]}"#), Err("the field `oauthUrl` is not")),
        ("absent", ok(r#"{"element":"instagram"}"#), Err("lacks the field `oauthUrl`")),
        ("a text", ok(format!("{plain:?}")), Err("not of the documented kind")),
        ("HTML", ok("<html>"), Err("is HTML")),
    ];
    of_table("authorization url", table, async |client| {
        let redirect = client.begin(&instagram().state("st")).await;
        redirect.map(|it| it.url.into())
    })
}

fn request_tokens() -> Vec<Trial> {
    // A platform that answers everything so has no URL, and says so once the token was accepted.
    let accepted = Err("lacks the field `oauthUrl`");
    #[rustfmt::skip] // A row a case.
    let table = [
        ("as documented", ok(r#"{"token":"a","secret":"b"}"#), accepted),
        ("more than that", ok(r#"{"token":"a","secret":"b","element":null,"x":1e999}"#), accepted),
        ("no secret", ok(r#"{"token":"canary"}"#), Err("lacks the field `secret`")),
        ("secret null", ok(r#"{"token":"canary","secret":null}"#), Err("the field `secret` is not")),
        ("blank token", ok(r#"{"token":" ","secret":"canary"}"#), Err("blank token or secret")),
        ("form-encoded", ok("oauth_token=canary&oauth_token_secret=canary"), Err("is not whole JSON")),
    ];
    of_table("request token", table, async |client| {
        let connect = instagram().authentication(AuthenticationScheme::OAuth1);
        client.begin(&connect).await.map(|it| it.url.into())
    })
}

fn lists() -> Vec<Trial> {
    const NEXT: &str = "elements-next-page-token";
    let none = r#"{"message":"No element instances found"}"#;
    let one = r#"[{"id":7,"token":"T"}]"#;
    #[rustfmt::skip] // A row a case.
    let table = [
        ("as documented", ok(one), Ok("1")),
        ("BOM", ok(format!("\u{feff}{one}")), Ok("1")),
        ("empty", ok("[]"), Ok("0")),
        ("204", with(204, JSON, ""), Ok("0")),
        ("nothing", ok(""), Ok("0")),
        ("404 in the platform's words", with(404, JSON, none), Ok("0")),
        ("404 of a path", with(404, JSON, r#"{"message":"No handler found for GET /x"}"#), Err("No handler")),
        ("404 of a gateway", with(404, JSON, "<html>"), Err("perhaps the base URL")),
        ("token null", with(200, (NEXT, "null"), one), Ok("1")),
        ("token blank", with(200, (NEXT, " "), one), Ok("1")),
        ("an item of another kind", ok(r#"[{"id":7,"token":"T"},7]"#), Err("not of the documented kind")),
        ("an item without a token", ok(r#"[{"id":7}]"#), Err("lacks the field `token`")),
        ("cut", ok(r#"[{"id":7,"token":"T"}"#), Err("is not whole JSON")),
        ("null", ok("null"), Err("not of the documented kind")),
        ("in an object", ok(r#"{"items":[]}"#), Err("not of the documented kind")),
        ("HTML", ok("<html>"), Err("is HTML")),
    ];
    of_table("list", table, async |client| {
        let listed = client.list(ListInstances::new()).await.all();
        listed.map(|it| it.len().to_string())
    })
}

fn checks() -> Vec<Trial> {
    let none = r#"{"message":"No element instances found"}"#;
    #[rustfmt::skip] // A row a case.
    let table = [
        ("an instance", ok(r#"[{"id":7}]"#), Ok("accepted")),
        ("nothing", ok(""), Ok("accepted")),
        ("404 in the platform's words", with(404, JSON, none), Ok("accepted")),
        ("404 of a gateway", with(404, JSON, "<html>"), Err("; check the base URL, whose path is /elements/api-v2")),
        ("a gateway's page", ok("<html>"), Err("is HTML")),
    ];
    of_table("credentials", table, async |client| {
        let checked = client.send(CheckCredentials).await;
        checked.map(|()| "accepted".to_owned())
    })
}

/// Whoever takes anything loses nothing over an item.
fn anything() -> Vec<Trial> {
    let items = ok(r#"[{"id":7},{"id":"canary","tags":7},{}]"#);
    let table = [("items of any form", items, Ok("3"))];
    of_table("list of anything", table, async |client| {
        let objects = ListInstances::new().items_as::<Object>();
        let listed = client.list(objects).await.all();
        listed.map(|it| it.len().to_string())
    })
}
