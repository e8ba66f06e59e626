//! The whole flow over HTTP, as an application, a browser and a user go through it.

use crate::http::{FORM, JSON, api, call, code, create_request, oauth_url, parameter};
use ce_sandbox::Sandbox;

/// What a browser submits: every hidden field of the page, and the button.
fn submission(page: &str, decision: &str) -> String {
    let mut fields = Vec::new();
    for input in page.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        // Encodes what these tests put in, no more.
        let value = value.replace("&amp;", "&").replace('%', "%25");
        let value = value
            .replace('&', "%26")
            .replace('+', "%2B")
            .replace(' ', "+");
        fields.push(format!("{name}={value}"));
    }
    fields.push(format!("decision={decision}"));
    fields.join("&")
}

#[test]
fn from_the_first_step_to_the_last() {
    let sandbox = Sandbox::start().unwrap();

    let oauth_url = oauth_url(&sandbox);
    let origin = sandbox.base_url().strip_suffix("/elements/api-v2").unwrap();
    let target = oauth_url.strip_prefix(origin).unwrap();
    assert_eq!(
        target,
        "/provider/instagram/authorize?response_type=code&client_id=key\
         &redirect_uri=http%3A%2F%2Fapp.example%2Fcb\
         &scope=basic+comments+relationships+likes&state=st%2Fate"
    );

    // The browser.
    let page = call(&sandbox, "GET", target, &[("Accept", "text/html")], "");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("<li>relationships</li>"),
        "{}",
        page.body
    );
    let action = page.body.split("action=\"").nth(1).unwrap();
    let action = action.split('"').next().unwrap();
    let body = submission(&page.body, "allow");
    let redirect = call(&sandbox, "POST", action, &[FORM], &body);
    assert_eq!(redirect.status, 302);
    let callback = redirect.header("Location").unwrap();
    assert!(
        callback.starts_with("http://app.example/cb?code="),
        "{callback}"
    );
    assert!(callback.ends_with("&state=st%2Fate#_"), "{callback}");

    // The application.
    let code = parameter(callback, "code");
    let created = api(
        &sandbox,
        "POST",
        "/instances",
        &create_request(&code, "First").to_string(),
    );
    assert_eq!(created.status, 200, "{}", created.body);
    let instance = created.json();
    let id = instance["id"].as_u64().unwrap();
    assert!(id > 99_999 && id < 1_000_000, "{id}");
    assert_eq!(instance["name"], "First");
    let token = instance["token"].as_str().unwrap();
    assert!(token.contains('+') && token.contains('/') && token.contains('='));

    let again = api(
        &sandbox,
        "POST",
        "/instances",
        &create_request(&code, "Second").to_string(),
    );
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["message"], "Request failed");
    assert!(again.json()["providerMessage"].is_string());

    // Through the instance, until it is deleted.
    let authorization = format!("User {}, Element {token}", sandbox.user_secret());
    let through = [("Authorization", authorization.as_str())];
    let ping = |path| call(&sandbox, "GET", path, &through, "");
    for path in ["/elements/api-v2/ping", "/elements/api-v2/hubs/any/ping"] {
        let pong = ping(path);
        assert_eq!(pong.status, 200);
        assert_eq!(pong.json()["endpoint"], "instagram");
        assert_eq!(
            pong.header("Elements-Element-Instance-Id"),
            Some(&*id.to_string())
        );
    }
    let path = format!("/instances/{id}");
    assert_eq!(api(&sandbox, "GET", &path, "").json()["token"], token);
    assert_eq!(
        api(&sandbox, "GET", "/instances?tags[]=tests", "").json()[0]["id"],
        id
    );
    assert_eq!(api(&sandbox, "DELETE", &path, "").status, 200);
    assert_eq!(ping("/elements/api-v2/ping").status, 401);
    assert_eq!(api(&sandbox, "GET", &path, "").status, 404);
}

#[test]
fn a_user_who_denies_sends_an_error_back() {
    let sandbox = Sandbox::start().unwrap();
    let oauth_url = oauth_url(&sandbox);
    let (_, target) = oauth_url.split_once("/provider").unwrap();
    let target = format!("/provider{target}");
    // Posted to the authorization URL itself, as one does by hand.
    let redirect = call(&sandbox, "POST", &target, &[FORM], "decision=deny");
    assert_eq!(redirect.status, 302);
    let location = redirect.header("Location").unwrap();
    assert_eq!(location, sandbox.deny(&oauth_url).unwrap());
    assert!(
        location.starts_with("http://app.example/cb?error=access_denied&error_reason=user_denied"),
        "{location}"
    );
    assert!(location.ends_with("&state=st%2Fate"), "{location}");
}

#[test]
fn the_authorization_url_names_the_listening_address_whatever_host_was_asked() {
    let sandbox = Sandbox::start().unwrap();
    let path = "/elements/api-v2/elements/74/oauth/url";
    let headers = [JSON, ("Host", "localhost:1"), ("Authorization", "nonsense")];
    let body = r#"{"apiKey":"k","apiSecret":"s","callbackUrl":"http://h/cb"}"#;
    let reply = call(&sandbox, "POST", path, &headers, body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let json = reply.json();
    assert_eq!(json["element"], "instagram");
    let url = json["oauthUrl"].as_str().unwrap();
    let origin = sandbox.base_url().strip_suffix("/elements/api-v2").unwrap();
    assert!(url.starts_with(origin), "{url}");
    assert!(url.ends_with("&state=instagram"), "{url}");
    assert!(sandbox.allow(url).is_ok());
}

#[test]
fn a_test_can_look_at_what_happened() {
    let sandbox = Sandbox::start().unwrap();
    let body = create_request(&code(&sandbox), "Mine").to_string();
    let created = api(&sandbox, "POST", "//instances/", &body);

    let instances = sandbox.instances();
    assert_eq!(instances.len(), 1);
    assert_eq!(instances[0].name, "Mine");
    assert_eq!(instances[0].element_key, "instagram");
    assert_eq!(instances[0].tags, ["tests"]);
    assert_eq!(created.json()["token"], instances[0].expose_token());

    let served = sandbox.served();
    assert_eq!(served.len(), 2);
    assert_eq!(
        served[0].path,
        "/elements/api-v2/elements/instagram/oauth/url"
    );
    assert_eq!((&*served[1].method, served[1].status), ("POST", 200));
    assert_eq!(
        Some(&*served[1].request_id),
        created.header("Elements-Request-Id")
    );

    let shown = format!("{sandbox:?} {instances:?} {served:?}");
    for secret in [sandbox.user_secret(), instances[0].expose_token(), "s3cret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_seed_and_a_clock_make_runs_alike() {
    let run = || {
        let sandbox = Sandbox::builder()
            .seed(42)
            .clock(|| std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_502_131_598))
            .start()
            .unwrap();
        let body = create_request(&code(&sandbox), "Alike").to_string();
        api(&sandbox, "POST", "/instances", &body).body
    };
    let first = run();
    assert!(
        first.contains("\"createdDate\":\"2017-08-07T18:46:38Z\""),
        "{first}"
    );
    assert_eq!(first, run());
}
