//! An instance is its owner's, whatever the platform's ids and the database's rows say.

use reqwest::StatusCode;

use crate::demo::{Demo, platform};
use crate::fixture::browser::says;

#[tokio::test]
async fn an_account_is_its_owners() {
    let demo = Demo::start().await;
    demo.connected("Ann").await;
    let id = demo.instance().id;
    let mut bob = demo.user("Bob").await;
    assert!(!bob.home().await.contains("Ann"));
    for action in ["check", "disable", "enable", "authorize", "disconnect"] {
        let path = format!("/accounts/{id}/{action}");
        let page = bob.press(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{action}");
    }
    let url = format!("/accounts/{id}/disconnect");
    assert_eq!(bob.get(&url).await.status, StatusCode::NOT_FOUND);
    assert!(!demo.instance().disabled);
}

#[tokio::test]
async fn ids_that_begin_again_give_nobody_anothers_instance() {
    let sandbox = platform(0);
    let port = sandbox.address().port();
    let demo = Demo::on(&sandbox, |_| {}).await;
    let (mut ann, mut cid) = (demo.connected("Ann").await, demo.connected("Cid").await);
    let instances = sandbox.instances();
    let before: Vec<u64> = instances.iter().map(|instance| instance.id).collect();
    drop(sandbox);
    let sandbox = platform(port);
    // What was Ann's id is Bob's account, and Cid's is an instance that is nobody's.
    let mut bob = demo.connected("Bob").await;
    sandbox.add_instances("instagram", 1).unwrap();

    let [anns, cids] = [0, 1].map(|user| format!("/accounts/{}", before[user]));
    for action in ["check", "disable", "authorize", "disconnect"] {
        let page = ann.press(&format!("{anns}/{action}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{action}");
    }
    says(&bob.home().await, "Bob's pictures");
    for action in ["disable", "authorize"] {
        let page = cid.press(&format!("{cids}/{action}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{action}: {}", page.body);
    }
    let page = cid.press(&format!("{cids}/disconnect")).await;
    says(&cid.follow(&page).await, "Nothing is connected yet");
    let after = sandbox.instances();
    assert!(after.iter().map(|instance| instance.id).eq(before));
    assert!(after.iter().all(|instance| !instance.disabled));
}

#[tokio::test]
async fn a_row_that_was_pointed_at_anothers_instance_opens_nothing() {
    let demo = Demo::start().await;
    demo.connected("Ann").await;
    let mut bob = demo.connected("Bob").await;
    let anns = demo.sandbox().instances()[0].id.cast_signed();

    let mut database = demo.file.open().await;
    let mut tamper = async |change| {
        let tampered = sqlx::query(change).bind(anns).execute(&mut database);
        assert_eq!(tampered.await.unwrap().rows_affected(), 1, "{change}");
    };
    let mut is_refused = async || {
        for action in ["check", "disable", "authorize", "disconnect"] {
            let page = bob.press(&format!("/accounts/{anns}/{action}")).await;
            assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{action}");
        }
    };
    // Bob's row says the id of Ann's instance, and Ann's row is out of the way.
    tamper("UPDATE accounts SET instance = 1 WHERE owner = 'Ann'").await;
    tamper("UPDATE accounts SET instance = $1 WHERE owner = 'Bob'").await;
    is_refused().await;
    // Ann's row says that it is Bob's.
    tamper("DELETE FROM accounts WHERE owner = 'Bob'").await;
    tamper("UPDATE accounts SET owner = 'Bob', instance = $1 WHERE owner = 'Ann'").await;
    is_refused().await;
    let instances = demo.sandbox().instances();
    assert_eq!(instances.len(), 2);
    assert!(instances.iter().all(|instance| !instance.disabled));
}
