//! An instance is its owner's, whatever the platform's ids and the database's rows say.

use ce_async::reqwest::StatusCode;

use crate::browser::says;
use crate::demo::{File, demo_on, platform};

#[tokio::test]
async fn ids_that_begin_again_give_nobody_anothers_instance() {
    let sandbox = platform(0);
    let port = sandbox.address().port();
    let demo = demo_on(&sandbox, |_| {}).await;
    let mut ann = demo.connected("Ann").await;
    let account = format!("/accounts/{}", sandbox.instances()[0].id);
    drop(sandbox);
    let sandbox = platform(port);
    let mut bob = demo.connected("Bob").await;
    assert!(account.ends_with(&sandbox.instances()[0].id.to_string()));

    assert!(bob.home().await.contains("Bob's pictures"));
    for action in ["check", "disable", "authorize", "disconnect"] {
        let page = ann.press(&format!("{account}/{action}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{action}");
    }
    let instances = sandbox.instances();
    assert_eq!(instances.len(), 1);
    assert!(!instances[0].disabled);
}

#[tokio::test]
async fn an_account_whose_id_is_a_strangers_by_now_is_taken_away_alone() {
    let sandbox = platform(0);
    let port = sandbox.address().port();
    let demo = demo_on(&sandbox, |_| {}).await;
    let mut ann = demo.connected("Ann").await;
    let account = format!("/accounts/{}", sandbox.instances()[0].id);
    drop(sandbox);
    let sandbox = platform(port);
    sandbox.add_instances("instagram", 1).unwrap();

    for action in ["disable", "authorize"] {
        let page = ann.press(&format!("{account}/{action}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{action}: {}", page.body);
    }
    let page = ann.press(&format!("{account}/disconnect")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let home = ann.home().await;
    says(&home, "Nothing is connected yet");
    let instances = sandbox.instances();
    assert_eq!(instances.len(), 1);
    assert!(!instances[0].disabled);
}

#[tokio::test]
async fn a_row_that_was_pointed_at_anothers_instance_opens_nothing() {
    let file = File::new();
    let sandbox = platform(0);
    let demo = demo_on(&sandbox, |settings| settings.database = Some(file.url())).await;
    demo.connected("Ann").await;
    let mut bob = demo.connected("Bob").await;
    let ids: Vec<u64> = sandbox
        .instances()
        .iter()
        .map(|instance| instance.id)
        .collect();
    let anns = ids[0].cast_signed();

    let mut database = file.open().await;
    for tampering in [
        // Bob's row says the id of Ann's instance, and Ann's row is out of the way.
        "UPDATE accounts SET instance = 1 WHERE owner = 'Ann'",
        "UPDATE accounts SET instance = $1 WHERE owner = 'Bob'",
        "refused",
        // Ann's row says that it is Bob's.
        "DELETE FROM accounts WHERE owner = 'Bob'",
        "UPDATE accounts SET owner = 'Bob', instance = $1 WHERE owner = 'Ann'",
        "refused",
    ] {
        if tampering != "refused" {
            let tampered = sqlx::query(tampering).bind(anns).execute(&mut database);
            assert_eq!(tampered.await.unwrap().rows_affected(), 1, "{tampering}");
            continue;
        }
        for action in ["check", "disable", "authorize", "disconnect"] {
            let path = format!("/accounts/{anns}/{action}");
            let page = bob.press(&path).await;
            assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{action}");
        }
    }
    let instances = sandbox.instances();
    assert_eq!(instances.len(), 2);
    assert!(instances.iter().all(|instance| !instance.disabled));
}
