// Part of what HANDLERS.md has compiled: two tabs, forged callbacks, and a browser that hangs up on its
// handlers for actix-web.

#[actix_web::main]
async fn hung_up() {
    use actix_session::SessionExt as _;
    use actix_web::Responder as _;

    let (sandbox, client) = slow_platform();
    let (flows, mut changes) = Flows::new();
    let (client, flows) = (Data::new(client), Data::new(flows));
    let request = actix_web::test::TestRequest::default().to_http_request();
    let ann = request.get_session();
    ann.insert("user", "Ann").unwrap();
    let callback = |uri: &str| {
        let request = actix_web::test::TestRequest::with_uri(uri).to_http_request();
        callback(client.clone(), flows.clone(), ann.clone(), request)
    };

    let begin = || begin(client.clone(), flows.clone(), ann.clone());
    let (one, two) = tokio::join!(begin(), begin());
    for away in [one, two] {
        let away = away.unwrap().respond_to(&request);
        let back = sandbox.allow(away.headers().get("location").unwrap().to_str().unwrap()).unwrap();
        for forged in forged(&back) {
            let refused = callback(&forged).await.unwrap_err();
            assert_eq!(refused.as_response_error().status_code(), 400);
        }
        hang_up(callback(&back), &mut changes, &sandbox).await;
        let again = callback(&back).await.unwrap_err();
        assert_eq!(again.as_response_error().status_code(), 409);
    }
    assert_eq!(sandbox.created(), 2);
    let _ = routes;
}
