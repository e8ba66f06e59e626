use super::*;

fn parse(text: &str) -> Callback<'_> {
    Callback::parse(text).unwrap()
}

#[test]
fn every_form_of_a_callback_reads_the_same() {
    for text in [
        "https://app.example/cb?code=a%2Bb%3D&state=s%26t",
        "https://app.example/cb?x=1&code=a%2Bb%3D&state=s%26t#_",
        "/cb?code=a%2Bb%3D&state=s%26t#_",
        "/c=b?code=a%2Bb%3D&state=s%26t",
        "?code=a%2Bb%3D&state=s%26t",
        "code=a%2Bb%3D&state=s%26t",
        "code=a%2Bb%3D&state=s%26t#_",
        "&&code=a%2Bb%3D&&state=s%26t&",
        "code=a%2Bb%3D&state=s%26t&code=other&state=other",
        " \tapp.example/cb?code=a%2Bb%3D&state=s%26t\n",
        "code=a%2Bb%3D&state=s%26t&error=",
        "code=a%2Bb%3D&state=s%26t&next=https://a.example/?b=c",
        // What Facebook and Instagram append, raw or encoded, is no part of the last parameter.
        "state=s%26t&code=a%2Bb%3D#_=_",
        "state=s%26t&code=a%2Bb%3D%23_",
        "state=s%26t&code=a%2Bb%3D%23_=_",
        "state=s%26t&code=a%2Bb%3D%23_%3D_",
        "state=s%26t&code=a%2Bb%3D%23_%3d_",
        "code=a%2Bb%3D&state=s%26t%23_",
        "code=a%2Bb%3D&state=s%26t%23_%3D_",
        // A framework has put the parameters into another order.
        "code=a%2Bb%3D%23_&state=s%26t",
        "code=a%2Bb%3D%23_%3D_&state=s%26t",
        // Facebook's vocabulary, without a failure.
        "code=a%2Bb%3D&state=s%26t&error_code=0&error_message=OK",
    ] {
        let callback = parse(text);
        assert_eq!(callback.code(), Some("a+b="), "{text:?}");
        assert_eq!(callback.state(), Some("s&t"), "{text:?}");
        assert_eq!(callback.denied(), None, "{text:?}");
    }
}

#[test]
fn a_suffix_is_no_part_of_any_last_parameter() {
    for suffix in ["#_", "#_=_", "%23_", "%23_=_", "%23_%3D_"] {
        for last in ["oauth_verifier", "realmId", "error"] {
            let text = format!("/cb?state=s&{last}=42{suffix}");
            assert_eq!(parse(&text).get(last), Some("42"), "{text}");
        }
    }
    // A `#` elsewhere, and what only resembles a suffix, is the value's.
    for (text, value) in [("x=a%23_b", "a#_b"), ("x=a_%3D_", "a_=_"), ("x=a_", "a_")] {
        assert_eq!(parse(text).get("x"), Some(value));
    }
}

#[test]
fn a_text_without_parameters_has_no_code() {
    for text in [
        "",
        "?",
        "#",
        "#_",
        "/cb",
        "https://app.example/cb",
        "code",
        "code=",
        "code=%20",
        "code=#_",
        "code=%23_",
        "%",
        "%zz=%",
        "=",
        "&",
        "\u{0}",
        "code=+",
    ] {
        assert_eq!(parse(text).code(), None, "{text:?}");
    }
}

#[test]
fn a_denial_keeps_the_providers_words() {
    for (query, said) in [
        (
            "/cb?error=access_denied&error_reason=user_denied&error_description=The+user+said%20no.&state=s",
            "the connection was denied: access_denied (user_denied): The user said no.",
        ),
        (
            "?error_code=4201&error_message=User+canceled+the+Dialog+flow&state=s#_=_",
            "the connection was denied: 4201: User canceled the Dialog flow",
        ),
        (
            "?error_code=1349126&error_message=App+not+active&state=s",
            "the provider refused: 1349126: App not active",
        ),
        (
            "?error_message=App+not+active&state=s",
            "the provider refused: App not active",
        ),
        (
            "error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied",
            "the connection was denied: access_denied (user_denied): Permissions error",
        ),
        // OAuth 1.0a.
        (
            "oauth_problem=user_refused&oauth_token=t",
            "the connection was denied: user_refused",
        ),
        ("denied=t", "the connection was denied: denied"),
    ] {
        assert_eq!(parse(query).denied().unwrap().to_string(), said);
    }
}

#[test]
fn a_denial_of_oauth_1_names_its_request_token() {
    for query in ["oauth_problem=user_refused&oauth_token=t", "denied=t"] {
        assert_eq!(parse(query).request_token(), Some("t"));
    }
}

#[test]
fn a_refusal_of_the_provider_is_told_from_the_users() {
    for (query, by_user) in [
        ("error=access_denied", true),
        ("error=denied_somehow&error_reason=user_denied", true),
        ("error=user_cancelled_login", true),
        ("error=user_cancelled_authorize", true),
        ("error_code=4201", true),
        ("oauth_problem=user_refused&oauth_token=t", true),
        ("oauth_problem=permission_denied&oauth_token=t", true),
        ("denied=t", true),
        // The other errors of RFC 6749, of OAuth 1.0a and OpenID Connect.
        ("error=invalid_request", false),
        ("error=unauthorized_client", false),
        ("error=unsupported_response_type", false),
        ("error=invalid_scope", false),
        ("error=server_error", false),
        ("error=temporarily_unavailable", false),
        ("oauth_problem=consumer_key_rejected", false),
        ("error=login_required", false),
        // The user is not blamed for what is unknown.
        ("error=unheard_of", false),
        ("error=server_error&error_reason=overload", false),
        ("error_code=1", false),
    ] {
        let denied = parse(query).denied().unwrap();
        assert_eq!(denied.is_by_user(), by_user, "{query}");
        let said = denied.to_string();
        assert_eq!(
            said.starts_with("the connection was denied: "),
            by_user,
            "{said}"
        );
        assert_eq!(
            said.starts_with("the provider refused: "),
            !by_user,
            "{said}"
        );
    }
}
