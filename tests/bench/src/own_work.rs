//! The whole flow without a socket: both requests are built, the callback is read and checked, and
//! both answers are read. What is left of a client is its own work.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use ce_core::{Config, ConnectOutcome, ConnectRequest, Entropy, Input, Operation, Response, Step};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, RedirectUrl, TokenResponse as _, TokenUrl,
};
use serde_json::Value;
use url::Url;

use crate::by_hand::{self, App};
use crate::effort::Effort;
use crate::report::{Bar, Row, time};
use crate::timing::{Times, repeated};
use crate::{config, connect, documents};

const BASE_URL: &str = "https://api.cloud-elements.com/elements/api-v2";
/// What each flow draws anew; the same for all here, so that one callback fits.
const RANDOM: [u8; 48] = [0xa7; 48];

/// What the platform answers, and where the browser comes back to.
pub struct Script {
    oauth_url: Bytes,
    instance: Bytes,
    callback: String,
}

impl Script {
    /// A script with an instance of a usual size.
    pub fn new() -> Self {
        let state = URL_SAFE_NO_PAD.encode(&RANDOM[..32]);
        Self {
            oauth_url: documents::oauth_url(&state).into(),
            instance: documents::instance(1_700).into(),
            callback: crate::callback(&state),
        }
    }
}

/// Ours.
pub fn ours(config: &Config, connect: &ConnectRequest, script: &Script) -> ConnectOutcome {
    let now = SystemTime::UNIX_EPOCH;
    let begin = connect.begin(config, &Entropy::from(RANDOM), now);
    let redirect = played(begin.expect("a flow"), &script.oauth_url).expect("a redirect");
    let finish = connect.finish(config, &redirect.pending, &script.callback, now);
    played(finish.expect("a consent"), &script.instance).expect("an instance")
}

fn played<P: Operation>(mut operation: P, answer: &Bytes) -> P::Output {
    match operation.step(Input::Start, Duration::ZERO) {
        Step::Send(attempt) => drop(black_box(attempt)),
        _ => unreachable!("a call begins with a request"),
    }
    let answer = Response::from(http::Response::new(answer.clone()));
    match operation.step(Input::Response(Ok(answer)), Duration::from_millis(1)) {
        Step::Done(output) => output,
        _ => unreachable!("an answer of success ends a call"),
    }
}

/// The same by hand.
fn by_hand(app: &App, script: &Script) -> Value {
    let state = URL_SAFE_NO_PAD.encode(&RANDOM[..32]);
    let url = format!("{}/elements/{}/oauth/url", app.base_url, crate::ELEMENT);
    let mut url = Url::parse(&url).expect("a URL");
    url.query_pairs_mut().extend_pairs(app.step_1(&state));
    let request = http::Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::<u8>::new());
    drop(black_box(request.expect("a request")));
    let answer: Value = serde_json::from_slice(&script.oauth_url).expect("JSON");
    drop(black_box(by_hand::oauth_url_of(&answer).expect("a URL")));

    let callback = by_hand::callback(&script.callback).expect("a callback");
    let code = by_hand::check(&callback, &state).expect("a code");
    let url = Url::parse(&format!("{}/instances", app.base_url)).expect("a URL");
    let body = by_hand::create_body(app, crate::ELEMENT, crate::NAME, &code);
    let request = http::Request::post(url.as_str())
        .header(AUTHORIZATION, app.authorization())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .body(serde_json::to_vec(&body).expect("JSON"));
    drop(black_box(request.expect("a request")));
    let instance: Value = serde_json::from_slice(&script.instance).expect("JSON");
    assert!(instance["token"].is_string());
    instance
}

type OAuthClient =
    BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

fn oauth_client() -> OAuthClient {
    let url = |path: &str| format!("https://provider.example/{path}");
    BasicClient::new(ClientId::new(crate::API_KEY.to_owned()))
        .set_client_secret(ClientSecret::new(crate::API_SECRET.to_owned()))
        .set_auth_uri(AuthUrl::new(url("authorize")).expect("a URL"))
        .set_token_uri(TokenUrl::new(url("token")).expect("a URL"))
        .set_redirect_uri(RedirectUrl::new(crate::CALLBACK_URL.to_owned()).expect("a URL"))
}

/// The two-step shape by the crate `oauth2`, with its own types for everything.
fn by_oauth2(client: &OAuthClient, script: &Script) -> String {
    let state = || CsrfToken::new(URL_SAFE_NO_PAD.encode(&RANDOM[..32]));
    let (url, state) = client.authorize_url(state).url();
    drop(black_box(String::from(url)));
    let callback = by_hand::callback(&script.callback).expect("a callback");
    let code = by_hand::check(&callback, state.secret()).expect("a code");
    let answered = |request: HttpRequest| -> Result<HttpResponse, std::io::Error> {
        drop(black_box(request));
        let mut response = http::Response::new(documents::OAUTH_TOKEN.as_bytes().to_vec());
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Ok(response)
    };
    let token = client
        .exchange_code(AuthorizationCode::new(code))
        .request(&answered)
        .expect("a token");
    token.access_token().secret().clone()
}

/// The rows.
pub fn rows(effort: Effort) -> Vec<Row> {
    let script = Script::new();
    let (config, connect) = (config(BASE_URL), connect());
    let (app, client) = (App::new(BASE_URL), oauth_client());
    let turn = Duration::from_millis(4);
    let times = Times::take(
        effort.rounds(61),
        vec![
            repeated(turn, || drop(black_box(ours(&config, &connect, &script)))),
            repeated(turn, || drop(black_box(by_hand(&app, &script)))),
            repeated(turn, || drop(black_box(by_oauth2(&client, &script)))),
        ],
    );
    let compared = |contestant| {
        let (ours, theirs) = (times.median(0), times.median(contestant));
        format!("{}, theirs {}", time(ours), time(theirs))
    };
    vec![
        Row {
            what: "the whole flow's own work, time".to_owned(),
            against: "`json!`, `Value` and `url`",
            value: times.ratio(1),
            bar: Bar::AtLeast(1.3),
            detail: compared(1),
        },
        Row {
            what: "the same two-step shape".to_owned(),
            against: "crate `oauth2`",
            value: times.ratio(2),
            // Reading an instance alone takes longer than all that `oauth2` does.
            bar: Bar::NotReached {
                bar: 1.0,
                held: 0.33,
            },
            detail: compared(2),
        },
    ]
}

/// The allocations of one flow, ours and by hand.
#[cfg(feature = "counting")]
pub fn allocations() -> (u64, u64) {
    let script = Script::new();
    let (config, app, connect) = (config(BASE_URL), App::new(BASE_URL), connect());
    let counted = |call: &dyn Fn()| {
        call();
        allocation_counter::measure(call).count_total
    };
    (
        counted(&|| drop(black_box(ours(&config, &connect, &script)))),
        counted(&|| drop(black_box(by_hand(&app, &script)))),
    )
}

/// So many flows of ours, for callgrind to look at.
pub fn repeat(times: usize) {
    let script = Script::new();
    // A clock's seed would be another one each time.
    let (config, connect) = (config(BASE_URL).with_jitter_seed(7), connect());
    (0..times).for_each(|_| drop(black_box(ours(&config, &connect, &script))));
}
