//! Clients on any transport: what is shared, and what holds for their types.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use ce_core::calls::{ListInstances, Ping};
use ce_core::model::ElementToken;
use ce_core::{Config, Credentials, Delivery, TransportCause, TransportError, http};
use ce_tests::{AnyClient, Fake, on_both_clients};

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
}

async fn tenants_share_a_transport<C: AnyClient>() {
    let authorizations = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&authorizations);
    // Fails at the first attempt of each call, and answers at the second.
    let fake = Arc::new(Fake::new(move |attempt| {
        if attempt.number == 1 {
            return Err(TransportError::new(
                Delivery::NotSent,
                TransportCause::Connect,
            ));
        }
        let authorization = &attempt.request.expose().headers()["authorization"];
        noted
            .lock()
            .unwrap()
            .push(authorization.to_str().unwrap().to_owned());
        Ok(http::Response::new(r#"{"endpoint":"instagram"}"#.into()).into())
    }));
    let config = |base_url, user| Config::new(base_url, Credentials::new(user, "o")).unwrap();
    let first = C::on(
        config("https://platform.example/api", "u1"),
        Arc::clone(&fake),
    );
    let second = first.of_tenant(Credentials::new("u2", "o")).unwrap();
    let third = second.configured(config("https://other.example", "u3"));
    for client in [&first, &second, &third] {
        let token = ElementToken::new("t");
        client.send(Ping::through(&token)).await.unwrap();
        assert!(client.shares_transport(&first));
    }
    assert_eq!(
        *authorizations.lock().unwrap(),
        [
            "User u1, Organization o, Element t",
            "User u2, Organization o, Element t",
            "User u3, Organization o, Element t",
        ]
    );
    assert_eq!(fake.slept().len(), 3);
    assert!(first.of_tenant(Credentials::new(" ", "o")).is_err());
}
