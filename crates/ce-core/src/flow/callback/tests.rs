use ce_model::Secret;

use super::*;
use crate::PendingAuthorization;
use crate::flow::pending::TemporaryCredentials;
use crate::testing::{NOW, instagram, pending};

/// What a flow makes of a callback, in a line.
fn reading(pending: &PendingAuthorization, callback: &str) -> String {
    match pending.read_callback(callback, NOW) {
        Ok(CallbackOutcome::Granted(grant)) => {
            let told = grant.found.iter().chain(grant.extras.iter());
            let told = told.filter(|(name, _)| *name != "secret");
            let told = told.map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
            told.collect::<Vec<_>>().join(" | ")
        }
        Ok(CallbackOutcome::Denied(denied)) => match denied.is_by_user() {
            true => denied
                .to_string()
                .replace("the connection was denied", "user"),
            false => denied
                .to_string()
                .replace("the provider refused", "provider"),
        },
        Err(error) => format!("{error:?}"),
    }
}

/// The callbacks that providers send, and that others forge: the state by which the application looks
/// the flow up, and what the flow makes of it. The state of each flow is `st`, and the request token
/// of the one with OAuth 1.0a `rt`.
#[test]
fn each_callback_is_read_as_the_provider_meant_it() {
    let request = instagram().state("st");
    let oauth2 = pending(&request);
    let mut oauth1 = pending(&request);
    let (token, secret) = (Secret::new("rt"), Secret::new("s"));
    oauth1.request = Some(TemporaryCredentials { token, secret });
    let stateless = pending(&request.clone().dangerously_accept_callbacks_without_state());
    let proxied = pending(&request.clone().oauth_proxy("p", "https://app.example/cb"));
    let by_hand = request
        .clone()
        .parameter("isOauthProxy", "true")
        .parameter("oauthProxyName", "p")
        .state("https://app.example/cb?flow=9Xk2");
    let by_hand = pending(&by_hand);
    let url_state = pending(&request.clone().state("https://app.example/cb?flow=9Xk2"));
    #[rustfmt::skip] // A row a case.
    let table = [
        // The forms of a callback.
        (&oauth2, "https://app.example/cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "https://other.example:8443/cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "http://[::1]:8080/cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "[::1]:8080/cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "http://localhost?code=c&state=st", "st", "code=c"),
        (&oauth2, "www.mycoolapp.com/auth?code=c&state=st", "st", "code=c"),
        (&oauth2, "www.mycoolapp.com/a=b&c?code=c&state=st", "st", "code=c"),
        (&oauth2, "myapp://cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "com.example.app:/oauth2redirect?code=c&state=st", "st", "code=c"),
        (&oauth2, "my-app+x.y:a=b?code=c&state=st", "st", "code=c"),
        (&oauth2, "/cb?code=c&state=st", "st", "code=c"),
        (&oauth2, "/a=b?code=c&state=st", "st", "code=c"),
        (&oauth2, "?code=c&state=st", "st", "code=c"),
        (&oauth2, "state=st&code=c", "st", "code=c"),
        (&oauth2, "&&code=c&&state=st&", "st", "code=c"),
        (&oauth2, " \t/cb?code=c&state=st\r\n", "st", "code=c"),
        (&oauth2, "\u{feff}code=c&state=st", "st", "code=c"),
        (&oauth2, "/cb?from=x?code=c&state=st", "st", "code=c | from=x?code=c"),
        // The body of a POST: OpenID Connect, Apple.
        (&oauth2, "code=c&id_token=a.b.c&state=st\r\n", "st", "code=c | id_token=a.b.c"),
        (&oauth2, "state=st&code=c&user=%7B%22name%22%3A%7B%22firstName%22%3A%22Ann%22%7D%7D", "st",
            r#"code=c | user={"name":{"firstName":"Ann"}}"#),
        // The fragment, if the query is silent.
        (&oauth2, "https://app.example/cb#code=c&state=st", "st", "code=c"),
        (&oauth2, "https://app.example/cb?from=x#code=c&state=st", "st", "code=c | from=x"),
        (&oauth2, "myapp://cb#code=c&state=st#_=_", "st", "code=c"),
        (&oauth2, "/cb#/login?code=c&state=st", "st", "code=c"),
        (&oauth2, "#error=access_denied&state=st", "st", "user: access_denied"),
        (&oauth2, "/cb?code=c&state=st#code=d&state=other&error=e", "st", "code=c"),
        (&oauth2, "/cb?error_code=4201&state=st#code=c&state=st", "st", "user: 4201"),
        (&oauth2, "/cb#access_token=a&token_type=bearer&state=st", "st", "CodeMissing"),
        // Suffixes of Instagram and Facebook are no part of any last parameter.
        (&oauth2, "/cb?state=st&code=c#_", "st", "code=c"),
        (&oauth2, "/cb?code=c&state=st#_=_", "st", "code=c"),
        (&oauth2, "/cb?state=st&code=c%23_", "st", "code=c"),
        (&oauth2, "/cb?code=c%23_=_&state=st", "st", "code=c"),
        (&oauth2, "/cb?code=c&state=st%23_%3D_", "st", "code=c"),
        (&oauth2, "/cb?code=c&state=st&realmId=4%23_%3d_", "st", "code=c | realmId=4"),
        (&oauth2, "/cb?state=st&error=access_denied%23_%3D_", "st", "user: access_denied"),
        (&oauth1, "oauth_token=rt&oauth_verifier=v%23_%3D_", "",
            "oauth_token=rt | oauth_verifier=v"),
        (&oauth2, "code=a%23_b%23&state=st&x=a_%3D_&y=a_", "st", "code=a#_b# | x=a_=_ | y=a_"),
        (&oauth2, "state=st&code=%23_", "st", "CodeMissing"),
        // Encodings.
        (&oauth2, "code=4%2f0A%2Bb%3D%3D&state=s%74", "st", "code=4/0A+b=="),
        (&oauth2, "code=4/0A:b==&state=st", "st", "code=4/0A:b=="),
        (&oauth2, "code=a+b&state=st", "st", "code=a b"),
        (&oauth2, "code=a%252Bb&state=st", "st", "code=a%2Bb"),
        (&oauth2, "code=100%&state=st&x=%zz%2", "st", "code=100% | x=%zz%2"),
        (&oauth2, "code=a%ff&state=st", "st", "code=a\u{fffd}"),
        (&oauth2, "code=%C3%A4ö&state=st", "st", "code=äö"),
        (&oauth2, "c%6Fde=c&stat%65=st", "st", "code=c"),
        (&oauth2, "code=c&state=%73%FF", "s\u{fffd}", "StateMismatch"),
        // Twice encoded by a framework.
        (&oauth2, "code=c&state=s%2574", "s%74", "StateMismatch"),
        // Repeated and blank.
        (&oauth2, "code=&code=c&code=d&state=&state=st", "st", "code=c"),
        (&oauth2, "state=st&code=c&error=&denied=", "st", "code=c | error= | denied="),
        (&oauth2, "state=st&code=+%20", "st", "CodeMissing"),
        (&oauth2, "code=c&state", "", "StateMissing"),
        (&oauth2, "code=c&state=x&state=st", "x", "StateMismatch"),
        // What providers add: RFC 9207, Google, Microsoft, QuickBooks, Xero, Shopify, Zoho.
        (&oauth2, "code=c&state=st&iss=https%3A%2F%2Fp.example", "st",
            "code=c | iss=https://p.example"),
        (&oauth2, "state=st&code=4%2F0A&scope=email%20openid&authuser=0&prompt=consent", "st",
            "code=4/0A | scope=email openid | authuser=0 | prompt=consent"),
        (&oauth2, "code=0.AX&state=st&session_state=9f-1#", "st", "code=0.AX | session_state=9f-1"),
        (&oauth2, "state=st&code=AB11&realmId=4620816365&dataSource=QuickBooks&realmId=7", "st",
            "code=AB11 | realmId=4620816365 | dataSource=QuickBooks"),
        (&oauth1, "oauth_token=rt&oauth_verifier=v&org=o%21x", "",
            "oauth_token=rt | oauth_verifier=v | org=o!x"),
        (&oauth2, "code=c&hmac=0f&host=YWI&shop=a.myshopify.com&state=st&timestamp=1", "st",
            "code=c | hmac=0f | host=YWI | shop=a.myshopify.com | timestamp=1"),
        (&oauth2, "state=st&code=c&location=eu&accounts-server=https%3A%2F%2Fa.example%3Fb%3Dc", "st",
            "code=c | location=eu | accounts-server=https://a.example?b=c"),
        (&oauth2, "code=c&state=st&next=https://a.example/?b=c", "st",
            "code=c | next=https://a.example/?b=c"),
        // Errors of RFC 6749, by the user and not.
        (&oauth2, "error=access_denied&error_reason=user_denied&error_description=She+said%20no.\
            &state=st", "st", "user: access_denied (user_denied): She said no."),
        (&oauth2, "error=access_denied&error_uri=https%3A%2F%2Fp.example&state=st", "st",
            "user: access_denied"),
        (&oauth2, "error=access_denied&code=c&state=st", "st", "user: access_denied"),
        (&oauth2, "error=odd&error_reason=user_denied&state=st", "st", "user: odd (user_denied)"),
        (&oauth2, "error=user_cancelled_login&state=st", "st", "user: user_cancelled_login"),
        (&oauth2, "state=st&error=user_cancelled_authorize", "st", "user: user_cancelled_authorize"),
        (&oauth2, "error=server_error&error_reason=overload&state=st", "st",
            "provider: server_error (overload)"),
        (&oauth2, "error=invalid_scope&state=st", "st", "provider: invalid_scope"),
        (&oauth2, "error=unheard_of&state=st", "st", "provider: unheard_of"),
        (&oauth2, "error=a%0A%1B%5B31m&state=st", "st", r"provider: a\n\u{1b}[31m"),
        // Facebook's.
        (&oauth2, "error_code=4201&error_message=User+canceled&state=st#_=_", "st",
            "user: 4201: User canceled"),
        (&oauth2, "error=access_denied&error_code=200&error_description=Permissions+error\
            &error_reason=user_denied&state=st", "st",
            "user: access_denied (user_denied): Permissions error"),
        (&oauth2, "error_code=1349126&error_message=Not+active&state=st", "st",
            "provider: 1349126: Not active"),
        (&oauth2, "error_message=Not+active&state=st", "st", "provider: Not active"),
        (&oauth2, "code=c&state=st&error_code=0&error_message=OK", "st",
            "code=c | error_code=0 | error_message=OK"),
        // OAuth 1.0a: the token or the state recognizes it, and both if it has both.
        (&oauth1, "oauth_token=rt&oauth_verifier=v", "", "oauth_token=rt | oauth_verifier=v"),
        (&oauth1, "oauth_token=rt&oauth_verifier=v&state=st", "st",
            "oauth_token=rt | oauth_verifier=v"),
        (&oauth1, "oauth_verifier=v&state=st", "st", "oauth_token=rt | oauth_verifier=v"),
        (&oauth1, "oauth_token=rt&oauth_verifier=v&denied=false", "",
            "oauth_token=rt | oauth_verifier=v | denied=false"),
        (&oauth1, "denied=rt", "", "user: denied"),
        (&oauth1, "oauth_problem=user_refused&oauth_token=rt", "", "user: user_refused"),
        (&oauth1, "oauth_problem=permission_denied&oauth_problem_advice=Ask+Ann.&state=st", "st",
            "user: permission_denied: Ask Ann."),
        (&oauth1, "oauth_problem=consumer_key_rejected&oauth_token=rt", "",
            "provider: consumer_key_rejected"),
        // Evernote's refusal.
        (&oauth1, "oauth_token=rt&sandbox_lnb=false", "", "user: denied"),
        (&oauth1, "oauth_token=rt&oauth_verifier=&state=st", "st", "user: denied"),
        (&oauth2, "oauth_token=rt&state=st", "st", "CodeMissing"),
        (&oauth1, "state=st", "st", "CodeMissing"),
        (&oauth1, "code=c&state=st", "st", "CodeMissing"),
        (&oauth1, "oauth_token=other&oauth_verifier=v", "", "StateMismatch"),
        (&oauth1, "oauth_token=other&oauth_verifier=v&state=st", "st", "StateMismatch"),
        (&oauth1, "oauth_token=rt&oauth_verifier=v&state=other", "other", "StateMismatch"),
        (&oauth1, "oauth_token=other", "", "StateMismatch"),
        (&oauth1, "denied=other", "", "StateMismatch"),
        (&oauth1, "oauth_verifier=v", "", "StateMissing"),
        // Another flow's, forged, or no answer.
        (&oauth2, "code=c", "", "StateMissing"),
        (&oauth2, "code=c&state=", "", "StateMissing"),
        (&oauth2, "code=c&amp;state=st", "", "StateMissing"),
        (&oauth2, "error=access_denied", "", "StateMissing"),
        (&oauth2, "code=c&state=other", "other", "StateMismatch"),
        (&oauth2, "code=c&state=stA", "stA", "StateMismatch"),
        (&oauth2, "code=c&state=ST", "ST", "StateMismatch"),
        (&oauth2, "error=access_denied&state=other", "other", "StateMismatch"),
        (&oauth2, "state=st", "st", "CodeMissing"),
        // A provider that returns no state, if the request says so.
        (&stateless, "code=c", "", "code=c"),
        (&stateless, "code=c&state=st", "st", "code=c"),
        (&stateless, "code=c&state=other", "other", "StateMismatch"),
        // No callback.
        (&oauth2, "", "", "NoParameters"),
        (&oauth2, " \r\n", "", "NoParameters"),
        (&oauth2, "AQBx7-_z", "", "NoParameters"),
        (&oauth2, "4/0AX4XfWh", "", "NoParameters"),
        (&stateless, "aPrxc2Rl==#_", "", "NoParameters"),
        (&oauth2, "https://app.example/cb", "", "NoParameters"),
        (&oauth2, "myapp://cb?#_=_", "", "NoParameters"),
        (&oauth2, "/cb?code=&state=", "", "NoParameters"),
        // Through the OAuth proxy: to the application's URL, or with that URL as the state.
        (&proxied, "https://app.example/cb?proxied_state=st&code=c", "st", "code=c"),
        (&proxied, "/cb?proxied_state=st&code=c&state=the-proxys&realmId=4#_", "st",
            "code=c | realmId=4"),
        (&proxied, "code=c&state=box&proxied_state=st", "st", "code=c"),
        (&proxied, "/cb?proxied_state=st&error=access_denied", "st", "user: access_denied"),
        (&proxied, "/cb?proxied_state=st?code=c&state=the-proxys", "st", "code=c"),
        (&proxied, "https://proxy.example/p?code=c&\
            state=https%3A%2F%2Fapp.example%2Fcb%3Fproxied_state%3Dst", "st", "code=c"),
        (&proxied, "/p?state=https://app.example/cb?proxied_state=st&code=c", "st", "code=c"),
        (&proxied, "/cb?proxied_state=other&code=c&state=st", "other", "StateMismatch"),
        (&proxied, "/cb?code=c&state=https://app.example/cb?proxied_state=x", "x", "StateMismatch"),
        (&proxied, "/cb?code=c&state=https://app.example/cb", "https://app.example/cb",
            "StateMismatch"),
        (&proxied, "/cb?code=c", "", "StateMissing"),
        // By hand: the state is the application's own URL, whose query the callback has.
        (&by_hand, "/cb?flow=9Xk2&code=c&state=box", "box", "code=c | flow=9Xk2"),
        (&by_hand, "/cb?flow=9Xk2&code=c", "", "code=c | flow=9Xk2"),
        (&by_hand, "/cb?flow=9Xk2&error=access_denied&state=box", "box", "user: access_denied"),
        (&by_hand, "https://proxy.example/p?code=c&\
            state=https%3A%2F%2Fapp.example%2Fcb%3Fflow%3D9Xk2", "https://app.example/cb?flow=9Xk2",
            "code=c"),
        (&by_hand, "/cb?flow=9Xk3&code=c&state=box", "box", "StateMismatch"),
        (&by_hand, "/cb?flow=9Xk3&code=c", "", "StateMissing"),
        (&by_hand, "/cb?code=c&state=box", "box", "StateMismatch"),
        // Without the proxy such a state is one like any other.
        (&url_state, "/cb?flow=9Xk2&code=c&state=box", "box", "StateMismatch"),
        (&url_state, "/cb?flow=9Xk2&code=c", "", "StateMissing"),
    ];
    for (pending, callback, state, expected) in table {
        let found = PendingAuthorization::state_of_callback(callback);
        assert_eq!(found.as_deref().unwrap_or(""), state, "{callback}");
        assert_eq!(reading(pending, callback), expected, "{callback}");
    }
}

#[test]
fn what_is_needless_does_no_harm_up_to_a_length() {
    let oauth2 = pending(&instagram().state("st"));
    let before = "code=c&state=st&".len();
    for (more, expected) in [
        (
            format!("x={}", "x".repeat(MAX_LENGTH - before - 2)),
            "code=c | x=",
        ),
        (
            format!("x={}", "x".repeat(MAX_LENGTH - before - 1)),
            "TooLong",
        ),
        ("0=1&".repeat(10_000), "code=c | 0=1"),
        ("x=1&".repeat(20_000), "TooLong"),
    ] {
        let reading = reading(&oauth2, &format!("code=c&state=st&{more}"));
        assert_eq!(reading.trim_end_matches('x'), expected);
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
