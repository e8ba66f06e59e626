//! The handle: what it starts, it ends.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use crate::http::{api, code, create_request, oauth_url};
use crate::raw::{self, PATIENCE};
use ce_sandbox::{Sandbox, StartError};

const LONG: Duration = Duration::from_secs(3600);

/// Sends a create request, and leaves its answer for later.
fn post(sandbox: &Sandbox, code: &str) -> TcpStream {
    let body = create_request(code, "Slow").to_string();
    raw::send(sandbox, "POST", "/instances", &body)
}

/// Whether the other side has ended the connection; waits until it says something.
fn is_closed(stream: &mut TcpStream) -> bool {
    !matches!(stream.read(&mut [0]), Ok(1..))
}

/// Waits until a creation is under way, in a sandbox that has room for one instance: then there is
/// no room left. Asking changes nothing, for no such code was ever issued.
fn wait_until_begun(sandbox: &Sandbox) {
    let deadline = Instant::now() + PATIENCE;
    let probe = create_request("unknown", "Probe").to_string();
    while api(sandbox, "POST", "/instances", &probe).status != 403 {
        assert!(Instant::now() < deadline, "the creation never began");
    }
}

#[test]
fn dropping_it_frees_port_thread_and_connections() {
    let probe = Arc::new(());
    let held = Arc::clone(&probe);
    let sandbox = Sandbox::builder()
        .provisioning(LONG)
        .max_instances(1)
        .on_request(move |_| {
            let _ = &held;
        })
        .start()
        .unwrap();
    let address = sandbox.address();
    let mut idle = raw::write(&sandbox, b"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
    let mut answer = [0; 2000];
    assert!(idle.read(&mut answer).unwrap() > 0 && answer.starts_with(b"HTTP/1.1 404"));
    let begun = b"POST /elements/api-v2/instances HTTP/1.1\r\nContent-Length: 10\r\n\r\n{";
    let mut half = raw::write(&sandbox, begun);
    let mut creating = post(&sandbox, &code(&sandbox));
    wait_until_begun(&sandbox);

    drop(sandbox);
    assert_eq!(
        Arc::strong_count(&probe),
        1,
        "the thread let go of everything"
    );
    for connection in [&mut idle, &mut half, &mut creating] {
        assert!(is_closed(connection));
    }
    assert!(TcpListener::bind(address).is_ok(), "the port is free");
}

#[test]
fn a_creation_outlives_its_client() {
    let (report, reports) = mpsc::channel();
    let report = Mutex::new(report);
    let sandbox = Sandbox::builder()
        .provisioning(Duration::from_millis(100))
        .max_instances(1)
        .on_request(move |served| {
            let _ = report.lock().unwrap().send(served.clone());
        })
        .start()
        .unwrap();
    let connection = post(&sandbox, &code(&sandbox));
    wait_until_begun(&sandbox);
    drop(connection);
    let is_creation = |served: &ce_sandbox::Served| served.method == "POST" && served.status == 200;
    while !is_creation(&reports.recv_timeout(PATIENCE).unwrap()) {}
    assert_eq!(sandbox.instances().len(), 1);
}

#[test]
fn it_listens_at_its_own_address_and_at_no_other() {
    let sandbox = Sandbox::start().unwrap();
    assert!(sandbox.address().ip().is_loopback());
    // What listens at every address would answer here, too.
    let other = std::net::SocketAddr::from(([127, 0, 0, 2], sandbox.address().port()));
    assert!(std::net::TcpStream::connect(other).is_err());
}

#[test]
fn a_taken_port_is_named() {
    let first = Sandbox::start().unwrap();
    let port = first.address().port();
    let error = Sandbox::builder().port(port).start().unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error:?}");
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[test]
fn a_port_can_be_used_again_at_once() {
    let first = Sandbox::start().unwrap();
    let port = first.address().port();
    assert_eq!(api(&first, "GET", "/elements/keys", "").status, 200);
    drop(first);
    let second = Sandbox::builder().port(port).start().unwrap();
    assert_eq!(api(&second, "GET", "/elements/keys", "").status, 200);
}

#[test]
fn two_sandboxes_know_nothing_of_each_other() {
    let (one, other) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    let code = code(&one);
    assert_eq!(
        api(
            &other,
            "POST",
            "/instances",
            &create_request(&code, "a").to_string()
        )
        .status,
        400
    );
    assert!(other.allow(&oauth_url(&one)).is_err());
    assert_eq!(
        api(
            &one,
            "POST",
            "/instances",
            &create_request(&code, "a").to_string()
        )
        .status,
        200
    );
    assert_eq!((one.instances().len(), other.instances().len()), (1, 0));
}

#[test]
fn it_starts_and_stops_inside_async_code() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        let sandbox = Sandbox::start().unwrap();
        assert_eq!(api(&sandbox, "GET", "/elements/keys", "").status, 200);
    });
}

#[test]
fn an_observer_that_panics_costs_no_answer() {
    let sandbox = Sandbox::builder()
        .on_request(|served| assert_eq!(served.status, 0, "on purpose"))
        .start()
        .unwrap();
    for _ in 0..2 {
        assert_eq!(api(&sandbox, "GET", "/elements/keys", "").status, 200);
    }
    assert_eq!(sandbox.served().len(), 2);
}

#[test]
fn an_observer_may_drop_its_own_sandbox() {
    let place: Arc<Mutex<Option<Sandbox>>> = Arc::default();
    let (report, reports) = mpsc::channel();
    let (seen, report) = (Arc::clone(&place), Mutex::new(report));
    let sandbox = Sandbox::builder()
        .on_request(move |_| {
            drop(seen.lock().unwrap().take());
            let _ = report.lock().unwrap().send(());
        })
        .start()
        .unwrap();
    let mut connection = TcpStream::connect(sandbox.address()).unwrap();
    *place.lock().unwrap() = Some(sandbox);
    connection
        .write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .unwrap();
    reports.recv_timeout(PATIENCE).unwrap();
    assert!(place.lock().unwrap().is_none());
}

#[test]
fn at_most_so_many_instances() {
    let sandbox = Sandbox::builder().max_instances(1).start().unwrap();
    let create = || {
        let body = create_request(&code(&sandbox), "One").to_string();
        api(&sandbox, "POST", "/instances", &body)
    };
    let first = create();
    assert_eq!(first.status, 200);
    assert_eq!(create().status, 403);
    let path = format!("/instances/{}", first.json()["id"]);
    assert_eq!(api(&sandbox, "DELETE", &path, "").status, 200);
    assert_eq!(create().status, 200);
}

#[test]
fn it_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Sandbox>();
}

#[test]
fn a_secret_that_no_header_carries_is_refused() {
    for secret in ["", "a b", "a,b", "a\n", "é"] {
        let user = Sandbox::builder().user_secret(secret).start().unwrap_err();
        assert!(user.to_string().contains("user secret"), "{user}");
        let builder = Sandbox::builder().organization_secret(secret);
        assert!(matches!(builder.start(), Err(StartError::Secret { .. })));
    }
}

#[test]
fn what_listens_everywhere_is_reached_on_loopback() {
    let builder = Sandbox::builder().address([0, 0, 0, 0].into());
    let sandbox = builder.start().unwrap();
    assert!(sandbox.address().ip().is_loopback());
    assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
}

#[test]
fn debug_shows_no_secret() {
    let builder = Sandbox::builder().user_secret("hunter2");
    assert!(!format!("{builder:?}").contains("hunter2"));
    let sandbox = builder.start().unwrap();
    sandbox.add_instances("closeio", 1).unwrap();
    let instances = sandbox.instances();
    let shown = format!("{sandbox:?} {instances:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(instances[0].expose_token()));
}
