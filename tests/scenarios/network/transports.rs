//! Clients on any transport: what is shared, and what holds for their types.

use std::fmt::Debug;

use ce_tests::prelude::*;

const _: () = {
    const fn is_shared<T: Debug + Clone + Send + Sync + 'static>() {}
    const fn is_sent<T: Debug + Send + Sync>() {}

    is_shared::<ce_async::Client>();
    is_shared::<ce_async::ReqwestTransport>();
    is_shared::<Arc<dyn ce_async::Transport>>();
    is_sent::<ce_async::BuildError>();
    is_sent::<ce_async::ListStream<'static, ListInstances>>();
    is_shared::<ce_blocking::Client>();
    is_shared::<ce_blocking::UreqTransport>();
    is_shared::<Arc<dyn ce_blocking::Transport>>();
    is_sent::<ce_blocking::BuildError>();
    is_sent::<ce_blocking::ListIter<ListInstances>>();
};

on_both_clients! {
    tenants_share_a_transport,
    the_platform_is_told_which_client_asks,
}

async fn tenants_share_a_transport(kind: Kind) {
    let authorizations = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&authorizations);
    // Fails at the first attempt of each call, and answers at the second.
    let fake = Arc::new(Fake::new(move |attempt| {
        if attempt.number == 1 {
            let (delivery, cause) = (Delivery::NotSent, TransportCause::Connect);
            return Err(TransportError::new(delivery, cause));
        }
        let authorization = attempt.request.expose().headers()["authorization"].clone();
        noted.lock().unwrap().push(authorization);
        Ok(http::Response::new(r#"{"endpoint":"instagram"}"#.into()).into())
    }));
    let config = |base_url, user| Config::new(base_url, Credentials::new(user, "o")).unwrap();
    let first = kind.on(config("https://platform.example", "u1"), Arc::clone(&fake));
    let second = first.of_tenant(Credentials::new("u2", "o")).unwrap();
    let third = second.configured(config("https://other.example", "u3"));
    for client in [&first, &second, &third] {
        client.ok(Ping::through(&ElementToken::new("t"))).await;
    }
    let expected = ["u1", "u2", "u3"].map(|it| format!("User {it}, Organization o, Element t"));
    assert_eq!(*authorizations.lock().unwrap(), expected);
    assert_eq!(fake.slept().len(), 3);
    assert!(first.of_tenant(Credentials::new(" ", "o")).is_err());
}

async fn the_platform_is_told_which_client_asks(kind: Kind) {
    let (tell, asked) = mpsc::channel();
    let server = Server::answering(move |request| {
        tell.send(request.headers()["user-agent"].clone()).unwrap();
        answer(200, r#"{"endpoint":"instagram"}"#)
    });
    let client = kind.client(config_at(&server.base_url()));
    client.ok(Ping::through(&ElementToken::new("t"))).await;
    let name = match kind {
        Kind::Async => "ce-async/",
        Kind::Blocking => "ce-blocking/",
    };
    let asked = asked.recv().unwrap();
    assert!(asked.to_str().unwrap().starts_with(name), "{asked:?}");
}
