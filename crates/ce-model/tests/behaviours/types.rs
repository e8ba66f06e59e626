//! What the types say of themselves.

use ce_model::{
    AuthenticationScheme, AuthorizationUrl, Element, ElementKey, ElementToken, InstanceId, Json,
    Object,
};

#[test]
fn an_element_says_how_its_users_authenticate() {
    use AuthenticationScheme::{ApiKey, Basic, Custom, OAuth1, OAuth2};
    for (word, scheme) in [
        ("oauth2", OAuth2),
        ("OAuth1", OAuth1),
        ("basic", Basic),
        ("apiKey", ApiKey),
        ("custom", Custom),
        ("saml", AuthenticationScheme::Other("saml".into())),
    ] {
        let element = format!(r#"{{"authentication":{{"type":"{word}"}}}}"#);
        let element: Element = serde_json::from_str(&element).unwrap();
        assert_eq!(element.scheme(), Some(scheme), "{word}");
    }
    for silent in ["{}", r#"{"authentication":{"type":null}}"#] {
        let element: Element = serde_json::from_str(silent).unwrap();
        assert_eq!(element.scheme(), None, "{silent}");
    }
}

#[test]
fn keys_and_ids_print_as_they_are() {
    assert_eq!(ElementKey::new("instagram").to_string(), "instagram");
    assert_eq!(InstanceId::new(428_549).to_string(), "428549");
}

#[test]
fn of_an_authorization_url_the_host_is_printed() {
    for (url, printed) in [
        (
            "https://p.example/a;canary?state=canary",
            "https://p.example/[redacted]",
        ),
        (
            "https://me:canary@p.example:8443",
            "https://p.example:8443/[redacted]",
        ),
        ("https://p.example\\canary", "https://p.example/[redacted]"),
        ("canary", "[redacted]"),
    ] {
        assert_eq!(format!("{:?}", AuthorizationUrl::new(url)), printed);
    }
}

#[test]
fn what_is_no_secret_is_not_quoted() {
    let error = serde_json::from_str::<ElementToken>("12345").unwrap_err();
    assert_eq!(error.to_string(), "a secret must be a string");
}

#[test]
fn an_object_is_made_of_any_number_of_members() {
    assert!(Object::new().is_empty());
    let members = (0..100).map(|number| (format!("{}", number % 50), number));
    let object: Object = members.collect();
    assert!(!object.is_empty());
    assert_eq!(object.len(), 50);
    // Of a name that stands twice, the last value counts, at the place of the first.
    assert_eq!(object.iter().next().unwrap().1.text(), "50");
    assert_eq!(object.get("49").unwrap().text(), "99");
}

#[test]
fn a_text_becomes_that_text() {
    for text in ["", "a", "a\\b", "\\u0041", "a\"b", "a\nb", "ü", "\u{0}"] {
        let json = Json::from(text);
        assert_eq!(json.as_str().as_deref(), Some(text));
        assert_eq!(json.to_json(), serde_json::to_string(text).unwrap());
    }
}
