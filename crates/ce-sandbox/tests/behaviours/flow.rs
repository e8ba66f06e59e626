//! The whole flow over HTTP, as an application, a browser and a user go through it.

use std::time::{Duration, UNIX_EPOCH};

use crate::http::{Api, Client as _, FORM, JSON, create_request, parameter};
use ce_sandbox::Sandbox;
use serde_json::json;

#[test]
fn from_the_first_step_to_the_last() {
    let api = Api::start();
    let oauth_url = api.oauth_url();
    let target = oauth_url.strip_prefix(api.origin()).unwrap();
    assert_eq!(
        target,
        "/provider/instagram/authorize?response_type=code&client_id=key\
         &redirect_uri=http%3A%2F%2Fapp.example%2Fcb\
         &scope=basic+comments+relationships+likes&state=st%2Fate"
    );

    // The browser.
    let page = api.bare("GET", target, &[], "").is(200);
    page.shows("<li>relationships</li>");
    // A form without an action goes to the page's own address.
    page.shows("<form class=\"choice\" method=\"post\">");
    page.shows("<button type=\"submit\" name=\"decision\" value=\"allow\">");
    let redirect = api.bare("POST", target, &[FORM], "decision=allow");
    let callback = redirect.header("Location").unwrap();
    let start = "http://app.example/cb?code=";
    assert!(callback.starts_with(start), "{callback}");
    assert!(callback.ends_with("&state=st%2Fate#_"), "{callback}");

    // The application.
    let code = parameter(callback, "code");
    let body = create_request(&code, "First");
    let instance = api.post("/instances", &body).is(200);
    let id = instance["id"].as_u64().unwrap();
    assert!(id > 99_999 && id < 1_000_000, "{id}");
    assert_eq!(instance["name"], "First");
    let token = instance.text("token");
    assert!(token.contains('+') && token.contains('/') && token.contains('='));
    let again = api.post("/instances", &body).is(400);
    assert_eq!(again["message"], "Request failed");
    assert!(again["providerMessage"].is_string());

    // Through the instance, until it is deleted.
    let account = api.account(id);
    for path in ["/ping", "/hubs/any/ping"] {
        let pong = account.get(path).is(200);
        assert_eq!(pong["endpoint"], "instagram");
        let through = pong.header("Elements-Element-Instance-Id");
        assert_eq!(through, Some(&*id.to_string()));
    }
    let path = format!("/instances/{id}");
    assert_eq!(api.get(&path)["token"], token);
    assert_eq!(api.get("/instances?tags[]=tests")[0]["id"], id);
    api.delete(&path).is(200);
    account.get("/ping").is(401);
    api.get(&path).is(404);
}

#[test]
fn a_user_who_denies_sends_an_error_back() {
    let api = Api::start();
    let oauth_url = api.oauth_url();
    let target = oauth_url.strip_prefix(api.origin()).unwrap();
    // Posted to the authorization URL itself, as one does by hand.
    let redirect = api.bare("POST", target, &[FORM], "decision=deny").is(302);
    let location = redirect.header("Location").unwrap();
    assert_eq!(location, api.deny(&oauth_url).unwrap());
    let start = "http://app.example/cb?error=access_denied&error_reason=user_denied";
    assert!(location.starts_with(start), "{location}");
    assert!(location.ends_with("&state=st%2Fate"), "{location}");
}

#[test]
fn the_authorization_url_names_the_listening_address_whatever_host_was_asked() {
    let api = Api::start();
    let path = "/elements/api-v2/elements/74/oauth/url";
    let headers = [JSON, ("Host", "localhost:1"), ("Authorization", "nonsense")];
    let body = json!({"apiKey": "k", "apiSecret": "s", "callbackUrl": "http://h/cb"});
    let reply = api.bare("POST", path, &headers, &body.to_string()).is(200);
    assert_eq!(reply["element"], "instagram");
    let url = reply.text("oauthUrl");
    assert!(url.starts_with(api.origin()), "{url}");
    assert!(url.ends_with("&state=instagram"), "{url}");
    assert!(api.allow(url).is_ok());
}

#[test]
fn a_test_can_look_at_what_happened() {
    let api = Api::start();
    let created = api.post("//instances/", &create_request(&api.code(), "Mine"));
    let instances = api.instances();
    assert_eq!(instances.len(), 1);
    assert_eq!(instances[0].name, "Mine");
    assert_eq!(instances[0].element_key, "instagram");
    assert_eq!(instances[0].tags, ["tests"]);
    assert_eq!(created["token"], instances[0].expose_token());

    let served = api.served();
    assert_eq!(served.len(), 2);
    let path = "/elements/api-v2/elements/instagram/oauth/url";
    assert_eq!(served[0].path, path);
    assert_eq!((&*served[1].method, served[1].status), ("POST", 200));
    let id = created.header("Elements-Request-Id");
    assert_eq!(Some(&*served[1].request_id), id);

    let shown = format!("{:?} {instances:?} {served:?}", *api);
    for secret in [api.user_secret(), instances[0].expose_token(), "s3cret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_seed_and_a_clock_make_runs_alike() {
    let run = || {
        let clock = || UNIX_EPOCH + Duration::from_secs(1_502_131_598);
        Api::of(Sandbox::builder().seed(42).clock(clock)).create("Alike")
    };
    let first = run();
    assert_eq!(first["createdDate"], "2017-08-07T18:46:38Z");
    assert_eq!(first.body, run().body);
    // What can't be written is the nearest that can. Much later there is no time on Windows.
    let far = UNIX_EPOCH + Duration::from_secs(1 << 39);
    let created = Api::of(Sandbox::builder().clock(move || far)).create("Far");
    assert_eq!(created["createdDate"], "9999-12-31T23:59:59Z");
}
