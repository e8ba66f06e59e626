// Part of what HANDLERS.md has compiled: a browser that hangs up on its handlers for axum.

#[tokio::main]
async fn hung_up() {
    use axum::response::IntoResponse as _;

    let (sandbox, client) = slow_platform();
    let (flows, mut told) = Flows::new();
    let shared = || State((client.clone(), flows.clone()));
    let store = std::sync::Arc::new(tower_sessions::MemoryStore::default());
    let session = Session::new(None, store, None);

    let away = begin(shared(), session.clone()).await.unwrap().into_response();
    let back = sandbox.allow(away.headers()["location"].to_str().unwrap()).unwrap();
    let pending: PendingAuthorization = session.get("pending").await.unwrap().unwrap();
    let uri = || OriginalUri(back.parse().unwrap());
    hang_up(callback(shared(), session.clone(), uri()), &mut told, &sandbox).await;

    // The session of a request that was dropped is as it was, and so the callback comes again.
    session.insert("pending", pending).await.unwrap();
    let again = callback(shared(), session, uri()).await;
    assert_eq!(again, Err(StatusCode::CONFLICT));
    assert_eq!(sandbox.created(), 1);
    let _ = router(client, flows);
}
