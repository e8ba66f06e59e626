// Part of what HANDLERS.md has compiled: two tabs, forged callbacks, and a browser that hangs up on its
// handlers for axum.

#[tokio::main]
async fn hung_up() {
    use axum::response::IntoResponse as _;

    let (sandbox, client) = slow_platform();
    let (flows, mut changes) = Flows::new();
    let shared = || State((client.clone(), flows.clone()));
    let store = std::sync::Arc::new(tower_sessions::MemoryStore::default());
    let session_of = async |user: &str| {
        let session = Session::new(None, store.clone(), None);
        session.insert("user", user).await.unwrap();
        session
    };
    let (ann, bob) = (session_of("Ann").await, session_of("Bob").await);

    let (one, two) = tokio::join!(begin(shared(), ann.clone()), begin(shared(), ann.clone()));
    let uri = |callback: &str| OriginalUri(callback.parse().unwrap());
    for away in [one, two] {
        let away = away.unwrap().into_response();
        let back = sandbox.allow(away.headers()["location"].to_str().unwrap()).unwrap();
        for forged in forged(&back) {
            let refused = callback(shared(), ann.clone(), uri(&forged)).await;
            assert_eq!(refused, Err(StatusCode::BAD_REQUEST));
        }
        let refused = callback(shared(), bob.clone(), uri(&back)).await;
        assert_eq!(refused, Err(StatusCode::BAD_REQUEST));
        hang_up(callback(shared(), ann.clone(), uri(&back)), &mut changes, &sandbox).await;
        let again = callback(shared(), ann.clone(), uri(&back)).await;
        assert_eq!(again, Err(StatusCode::CONFLICT));
    }
    assert_eq!(sandbox.created(), 2);
    let _ = router(client, flows);
}
