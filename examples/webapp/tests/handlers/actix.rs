// Part of what HANDLERS.md has compiled: a browser that hangs up on its handlers for actix-web.

#[actix_web::main]
async fn hung_up() {
    use actix_session::SessionExt as _;
    use actix_web::Responder as _;

    let (sandbox, client) = slow_platform();
    let (flows, mut told) = Flows::new();
    let (client, flows) = (Data::new(client), Data::new(flows));
    let request = actix_web::test::TestRequest::default().to_http_request();
    let session = request.get_session();

    let away = begin(client.clone(), session.clone()).await.unwrap();
    let away = away.respond_to(&request);
    let back = sandbox.allow(away.headers().get("location").unwrap().to_str().unwrap()).unwrap();
    let pending: PendingAuthorization = session.get("pending").unwrap().unwrap();
    let request = || actix_web::test::TestRequest::with_uri(&back).to_http_request();
    let handler = callback(client.clone(), flows.clone(), session.clone(), request());
    hang_up(handler, &mut told, &sandbox).await;

    // The session of a request that was dropped is as it was, and so the callback comes again.
    session.insert("pending", pending).unwrap();
    let again = callback(client, flows, session, request()).await.unwrap_err();
    assert_eq!(again.as_response_error().status_code(), 409);
    assert_eq!(sandbox.created(), 1);
    let _ = routes;
}
