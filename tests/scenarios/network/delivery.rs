//! Whether a request may have been sent, told by real failures. A creation that was not sent may be
//! made again; one that may have been must be searched for. More of them are in the table of faults.

use ce_tests::prelude::*;

on_both_clients! {
    a_refused_connection_was_sent_nothing,
    a_name_that_is_not_found_was_sent_nothing,
    a_redirect_is_not_followed,
}

async fn a_refused_connection_was_sent_nothing(kind: Kind) {
    let (socket, refused) = refusing();
    let address = socket.local_addr().unwrap();
    let client = kind.client(config_at(&format!("http://{address}")));
    let created = client.provision(&sales("n")).await;
    assert_eq!(end(&created), "Connect");
    let said = said(&created.unwrap_err());
    assert!(said.contains(&refused), "{said}");
}

async fn a_name_that_is_not_found_was_sent_nothing(kind: Kind) {
    // No part of a name may be that long, so that nobody need be asked.
    let nowhere = format!("https://{}.example", "a".repeat(64));
    let created = kind
        .client(config_at(&nowhere))
        .provision(&sales("n"))
        .await;
    assert_eq!(end(&created), "Connect");
}

async fn a_redirect_is_not_followed(kind: Kind) {
    let (elsewhere, _) = kind.start();
    let (sandbox, client) = kind.start();
    let to = Some(format!("{}/elements/keys", elsewhere.base_url()));
    sandbox.set_faults([FaultRule::new(Fault::Redirect { to })]);
    assert_eq!(end(&client.begin(&instagram()).await), "redirected");
    assert_eq!(end(&client.provision(&sales("n")).await), "unknown");
    assert!(elsewhere.served().is_empty());
    // Nor to anywhere else: each was asked once.
    assert_eq!(sandbox.served().len(), 2);
}
