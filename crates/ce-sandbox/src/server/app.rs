use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;
use tower_service::Service;

use super::request_body::MAX_IN_FLIGHT;
use crate::faults::{AppliedFault, Delivery, Faults, FromGateway};
use crate::store::{Served, Store};
use crate::web::{ApiError, ApiResult, REQUEST_ID, RequestId, method_not_allowed, render};
use crate::{api, control, provider};

/// Is called for each request before its response goes out.
pub(crate) type Observer = Box<dyn Fn(&Served) + Send + Sync>;

/// All that is served.
pub(crate) struct App {
    pub(crate) store: Arc<Store>,
    pub(crate) faults: Arc<Faults>,
    /// The bytes of bodies that may yet be on their way.
    pub(super) in_flight: Semaphore,
    router: Router,
    observer: Option<Observer>,
}

impl App {
    pub(crate) fn new(store: Arc<Store>, faults: Arc<Faults>, observer: Option<Observer>) -> Self {
        let router = api::routes(&store, &faults)
            .merge(provider::routes(&store))
            .merge(control::routes(&store, &faults))
            .fallback(async || ApiError::no_such_path())
            .method_not_allowed_fallback(method_not_allowed)
            // Bodies are bounded as they are received.
            .layer(DefaultBodyLimit::disable());
        Self {
            store,
            faults,
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
            router,
            observer,
        }
    }

    /// Responds to a request, and gives it its id and its record.
    pub(crate) async fn respond(&self, request: http::Request<ApiResult<Bytes>>) -> Response {
        let (mut parts, body) = request.into_parts();
        if parts.uri.path().starts_with("/sandbox/") {
            let response = self.route(parts, body).await;
            return render(response, "");
        }
        let request_id = self.store.state().random.request_id();
        let content = body.as_deref().unwrap_or_default();
        let mut served = Served::new(&parts.method, &parts.uri, content, &request_id);
        parts.extensions.insert(RequestId(request_id.clone()));
        let response = self.route(parts, body).await;
        let mut response = render(response, &request_id);
        if response.extensions().get::<FromGateway>().is_none() {
            if let Ok(id) = HeaderValue::from_str(&request_id) {
                response.headers_mut().insert(REQUEST_ID.clone(), id);
            }
        }
        let extensions = response.extensions();
        let delivery = extensions.get::<Delivery>();
        if delivery.is_none_or(Delivery::has_status) {
            served.status = response.status().as_u16();
        }
        let fault = extensions.get::<AppliedFault>();
        served.fault = fault.map(|AppliedFault(name)| *name);
        self.record(served);
        response
    }

    async fn route(&self, mut parts: Parts, body: ApiResult<Bytes>) -> Response {
        match (body, normalized(&parts.uri)) {
            (Err(error), _) => error.into_response(),
            (_, None) => ApiError::not_found("The path is not UTF-8.").into_response(),
            (Ok(body), Some(uri)) => {
                parts.uri = uri;
                let request = Request::from_parts(parts, Body::from(body));
                let response = self.router.clone().call(request).await;
                response.unwrap_or_else(|never| match never {})
            }
        }
    }

    /// Keeps the record, then tells the observer. An observer that panics harms nobody.
    fn record(&self, served: Served) {
        let bytes = served.weight();
        self.store.state().log.push(served.clone(), bytes);
        if let Some(observer) = &self.observer {
            let _ = catch_unwind(AssertUnwindSafe(|| observer(&served)));
        }
    }
}

/// The same without empty segments: clients that join a base URL and a path often double the slash.
/// None if the path is not UTF-8 once it is decoded.
fn normalized(uri: &Uri) -> Option<Uri> {
    percent_decode_str(uri.path()).decode_utf8().ok()?;
    let mut target = String::new();
    for segment in uri.path().split('/').filter(|segment| !segment.is_empty()) {
        target.push('/');
        target.push_str(segment);
    }
    if target.is_empty() {
        target.push('/');
    }
    if let Some(query) = uri.query() {
        target.push('?');
        target.push_str(query);
    }
    target.parse().ok()
}
