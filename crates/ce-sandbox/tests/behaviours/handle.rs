//! The handle: what it starts, it ends.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use crate::http::{Api, Client as _, create_request};
use crate::raw::{self, PATIENCE, observed};
use ce_sandbox::{Sandbox, StartError};

const LONG: Duration = Duration::from_secs(3600);

/// Sends a create request, and leaves its answer for later. Returns once the creation is under way, in
/// a sandbox that has room for one instance: then there is no room left. Asking changes nothing, for
/// no such code was ever issued.
fn begin(api: &Api) -> TcpStream {
    let body = create_request(&api.code(), "Slow").to_string();
    let stream = raw::send(api, "POST", "/instances", &body);
    let deadline = Instant::now() + PATIENCE;
    let probe = create_request("unknown", "Probe");
    while api.post("/instances", &probe).status != 403 {
        assert!(Instant::now() < deadline, "the creation never began");
    }
    stream
}

/// Whether the other side has ended the connection; waits until it says something.
fn is_closed(stream: &mut TcpStream) -> bool {
    !matches!(stream.read(&mut [0]), Ok(1..))
}

#[test]
fn dropping_it_frees_port_thread_and_connections() {
    let probe = Arc::new(());
    let held = Arc::clone(&probe);
    let builder = Sandbox::builder().provisioning(LONG).max_instances(1);
    let api = Api::of(builder.on_request(move |_| {
        let _ = &held;
    }));
    let address = api.address();
    let mut idle = raw::write(&api, b"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
    let mut answer = [0; 2000];
    assert!(idle.read(&mut answer).unwrap() > 0 && answer.starts_with(b"HTTP/1.1 404"));
    let begun = b"POST /elements/api-v2/instances HTTP/1.1\r\nContent-Length: 10\r\n\r\n{";
    let mut half = raw::write(&api, begun);
    let mut creating = begin(&api);

    drop(api);
    let left = Arc::strong_count(&probe);
    assert_eq!(left, 1, "the thread let go of everything");
    for connection in [&mut idle, &mut half, &mut creating] {
        assert!(is_closed(connection));
    }
    assert!(TcpListener::bind(address).is_ok(), "the port is free");
}

#[test]
fn a_creation_outlives_its_client() {
    let builder = Sandbox::builder().max_instances(1);
    let (api, reports) = observed(builder.provisioning(Duration::from_millis(100)));
    drop(begin(&api));
    reports.find(|served| served.method == "POST" && served.status == 200);
    assert_eq!(api.instances().len(), 1);
}

#[test]
fn it_listens_at_its_own_address_and_at_no_other() {
    let sandbox = Sandbox::start().unwrap();
    assert!(sandbox.address().ip().is_loopback());
    // What listens at every address would answer here, too; but macOS has no second one of its own.
    #[cfg(not(target_os = "macos"))]
    {
        let other = std::net::SocketAddr::from(([127, 0, 0, 2], sandbox.address().port()));
        assert!(TcpStream::connect(other).is_err());
    }
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
    let first = Api::start();
    let port = first.address().port();
    first.get("/elements/keys").is(200);
    drop(first);
    let second = Api::of(Sandbox::builder().port(port));
    second.get("/elements/keys").is(200);
}

#[test]
fn two_sandboxes_know_nothing_of_each_other() {
    let (one, other) = (Api::start(), Api::start());
    let body = create_request(&one.code(), "a");
    other.post("/instances", &body).is(400);
    assert!(other.allow(&one.oauth_url()).is_err());
    one.post("/instances", &body).is(200);
    assert_eq!((one.instances().len(), other.instances().len()), (1, 0));
}

#[test]
fn it_starts_and_stops_inside_async_code() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async {
        Api::start().get("/elements/keys").is(200);
    });
}

#[test]
fn an_observer_that_panics_costs_no_answer() {
    let builder = Sandbox::builder();
    let api = Api::of(builder.on_request(|served| assert_eq!(served.status, 0, "on purpose")));
    api.get("/elements/keys").is(200);
    api.get("/elements/keys").is(200);
    assert_eq!(api.served().len(), 2);
}

#[test]
fn an_observer_may_drop_its_own_sandbox() {
    let place: Arc<Mutex<Option<Sandbox>>> = Arc::default();
    let (report, reports) = mpsc::channel();
    let (seen, report) = (Arc::clone(&place), Mutex::new(report));
    let builder = Sandbox::builder().on_request(move |_| {
        drop(seen.lock().unwrap().take());
        let _ = report.lock().unwrap().send(());
    });
    let sandbox = builder.start().unwrap();
    let mut connection = TcpStream::connect(sandbox.address()).unwrap();
    *place.lock().unwrap() = Some(sandbox);
    let request = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    connection.write_all(request).unwrap();
    reports.recv_timeout(PATIENCE).unwrap();
    assert!(place.lock().unwrap().is_none());
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
