use super::*;
use crate::testing::{NOW, instagram, pending};

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
        "&&code=a%2Bb%3D&&state=s%26t&",
        "code=a%2Bb%3D&state=s%26t&code=other&state=other",
        " \tapp.example/cb?code=a%2Bb%3D&state=s%26t\n",
        "code=a%2Bb%3D&state=s%26t&error=",
        "code=a%2Bb%3D&state=s%26t&next=https://a.example/?b=c",
        // A framework has put the parameters into another order.
        "code=a%2Bb%3D%23_&state=s%26t",
        "code=a%2Bb%3D%23_%3D_&state=s%26t",
        // Facebook's vocabulary, without a failure.
        "code=a%2Bb%3D&state=s%26t&error_code=0&error_message=OK",
    ] {
        let callback = parse(text);
        assert_eq!(callback.get("code"), Some("a+b="), "{text:?}");
        assert_eq!(callback.get("state"), Some("s&t"), "{text:?}");
        assert_eq!(callback.denied(), None, "{text:?}");
    }
}

#[test]
fn a_suffix_is_no_part_of_any_last_parameter() {
    for suffix in ["#_", "#_=_", "%23_", "%23_=_", "%23_%3D_", "%23_%3d_"] {
        for last in ["code", "state", "oauth_verifier", "realmId", "error"] {
            let text = format!("/cb?x=1&{last}=42{suffix}");
            assert_eq!(parse(&text).get(last), Some("42"), "{text}");
        }
    }
    // A `#` elsewhere, and what only resembles a suffix, is the value's.
    for (text, value) in [("x=a%23_b", "a#_b"), ("x=a_%3D_", "a_=_"), ("x=a_", "a_")] {
        assert_eq!(parse(text).get("x"), Some(value));
    }
}

#[test]
fn a_denial_keeps_the_providers_words_and_tells_whose_it_is() {
    let (user, provider) = ("the connection was denied", "the provider refused");
    #[rustfmt::skip] // A row a case.
    let table = [
        ("error=access_denied&error_reason=user_denied&error_description=She+said%20no.&state=s",
            user, "access_denied (user_denied): She said no."),
        ("error=access_denied&error_code=200&error_description=Permissions+error",
            user, "access_denied: Permissions error"),
        ("error=denied_somehow&error_reason=user_denied", user, "denied_somehow (user_denied)"),
        ("error=user_cancelled_login", user, "user_cancelled_login"),
        ("error=user_cancelled_authorize", user, "user_cancelled_authorize"),
        ("oauth_problem=user_refused&oauth_token=t", user, "user_refused"),
        ("oauth_problem=permission_denied&oauth_token=t", user, "permission_denied"),
        ("denied=t", user, "denied"),
        ("error=server_error&error_reason=overload", provider, "server_error (overload)"),
        ("error=invalid_scope", provider, "invalid_scope"),
        ("error=login_required", provider, "login_required"),
        ("oauth_problem=consumer_key_rejected", provider, "consumer_key_rejected"),
        // Facebook's vocabulary.
        ("error_code=4201&error_message=User+canceled", user, "4201: User canceled"),
        ("error_code=1349126&error_message=Not+active", provider, "1349126: Not active"),
        ("error_message=Not+active", provider, "Not active"),
        // The user is not blamed for what is unknown.
        ("error=unheard_of", provider, "unheard_of"),
    ];
    for (query, whose, words) in table {
        let denied = parse(query).denied().unwrap();
        assert_eq!(denied.is_by_user(), whose == user, "{query}");
        assert_eq!(denied.to_string(), format!("{whose}: {words}"));
    }
}

#[test]
fn only_the_parameters_that_are_wanted_go_to_the_platform() {
    let select = |wanted: ProviderData, query: &str| {
        let outcome = pending(&instagram().state("s")).read_callback(query, NOW);
        let Ok(CallbackOutcome::Granted(grant)) = outcome else {
            panic!("{outcome:?}")
        };
        wanted.select(&grant)
    };
    let callback = "code=c&state=s&realmId=42&org=o&utm_source=x&tenant=t&realmId=43";
    #[rustfmt::skip] // A row a case.
    let table = [
        (ProviderData::Documented, r#"{"code":"c","realmId":"42","org":"o"}"#),
        (ProviderData::only(["tenant", "code", "state", "absent"]),
            r#"{"code":"c","state":"s","tenant":"t"}"#),
        (ProviderData::only([""; 0]), r#"{"code":"c"}"#),
        (ProviderData::All,
            r#"{"code":"c","state":"s","realmId":"42","org":"o","utm_source":"x","tenant":"t"}"#),
    ];
    for (wanted, selected) in table {
        assert_eq!(select(wanted, callback).to_json(), selected);
    }
    let many: String = (0..999).map(|name| format!("&{name}=1")).collect();
    let selected = select(ProviderData::All, &format!("code=c&state=s{many}"));
    assert_eq!(selected.len(), 2 + MOST_EXTRAS);
}
