//! What a test does to a running sandbox besides calling it: by methods, and over HTTP below
//! `/sandbox/`.

mod preload;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::ORIGIN;
use http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

pub use preload::PreloadError;
pub(crate) use preload::{NewInstances, add_instances, add_objects, numbered_objects, revoke};

use crate::catalogue::{Object, ObjectCollection};
use crate::events::{NotifyError, notify};
use crate::faults::{FaultRule, Faults};
use crate::store::Store;
use crate::web::{ApiError, ApiResult, JsonBody, JsonResult};

#[derive(Clone)]
struct Control {
    store: Arc<Store>,
    faults: Arc<Faults>,
}

pub(crate) fn routes(store: &Arc<Store>, faults: &Arc<Faults>) -> Router {
    let control = Control {
        store: Arc::clone(store),
        faults: Arc::clone(faults),
    };
    Router::new()
        .route("/sandbox/instances", post(post_instances))
        .route("/sandbox/instances/{id}/consent", delete(delete_consent))
        .route("/sandbox/instances/{id}/objects", post(post_objects))
        .route("/sandbox/instances/{id}/events", post(post_events))
        .route("/sandbox/events", get(get_events))
        .route("/sandbox/clock", post(post_clock))
        .route("/sandbox/faults", post(post_faults).delete(delete_faults))
        .route("/sandbox/requests", get(get_requests))
        .route("/sandbox/reset", post(post_reset))
        .route_layer(from_fn(refuse_browsers))
        .with_state(control)
}

/// A page of anybody's that is open in a browser on this machine could call loopback, too.
async fn refuse_browsers(request: Request, next: Next) -> ApiResult {
    match request.headers().contains_key(ORIGIN) {
        true => Err(ApiError::forbidden(
            "The sandbox is not controlled by web pages.",
        )),
        false => Ok(next.run(request).await),
    }
}

async fn post_instances(
    State(Control { store, .. }): State<Control>,
    JsonBody { value: new, weight }: JsonBody<NewInstances>,
) -> JsonResult {
    let bytes = new.count.saturating_mul(LEAST_BYTES.max(weight));
    let room = store.state().instances.room();
    has_room(&store, new.count, room, bytes)?;
    let ids = add_instances(&store, new)?;
    Ok(Json(json!({"ids": ids.collect::<Value>()})))
}

/// The id of an instance, as the path has it.
struct InstanceId(u64);

impl<S: Send + Sync> FromRequestParts<S> for InstanceId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let id = Path::<u64>::from_request_parts(parts, state).await;
        let id = id.map_err(|_| ApiError::not_found("Ids of instances are numbers."))?;
        Ok(Self(id.0))
    }
}

async fn delete_consent(
    State(Control { store, .. }): State<Control>,
    InstanceId(id): InstanceId,
) -> ApiResult<StatusCode> {
    match revoke(&store, id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::no_such_instance(id)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostObjects {
    resource: String,
    #[serde(default)]
    count: usize,
    #[serde(default)]
    objects: Vec<Object>,
}

async fn post_objects(
    State(Control { store, .. }): State<Control>,
    InstanceId(id): InstanceId,
    JsonBody { value: new, weight }: JsonBody<PostObjects>,
) -> ApiResult<StatusCode> {
    let count = new.objects.len().saturating_add(new.count);
    let state = store.state();
    let instance = state.instances.get(id);
    let there = instance.and_then(|instance| instance.objects(&new.resource));
    let there = there.map_or(0, ObjectCollection::len);
    drop(state);
    let room = store.settings.max_objects.saturating_sub(there);
    let bytes = weight.saturating_add(count.saturating_mul(LEAST_BYTES));
    has_room(&store, count, room, bytes)?;
    let objects = new.objects.into_iter().chain(numbered_objects(new.count));
    add_objects(&store, id, &new.resource, objects)?;
    Ok(StatusCode::NO_CONTENT)
}

/// About how many bytes an instance or an object takes up at least.
const LEAST_BYTES: usize = 512;

/// Over HTTP the bounds hold that clients have, too.
fn has_room(store: &Store, count: usize, room: usize, bytes: usize) -> ApiResult<()> {
    match count <= room && store.state().instances.has_room_for(bytes) {
        true => Ok(()),
        false => Err(ApiError::full()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostEvents {
    events: Vec<Object>,
}

async fn post_events(
    State(Control { store, .. }): State<Control>,
    InstanceId(id): InstanceId,
    JsonBody { value, .. }: JsonBody<PostEvents>,
) -> JsonResult {
    match notify(&store, id, value.events) {
        Ok(id) => Ok(Json(json!({"id": id}))),
        Err(NotifyError::NoInstance { id }) => Err(ApiError::no_such_instance(id)),
        Err(error) => Err(ApiError::bad_request(error.to_string())),
    }
}

async fn get_events(State(Control { store, .. }): State<Control>) -> Json<Value> {
    Json(json!(store.state().outbox.notifications()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostClock {
    seconds: u32,
}

async fn post_clock(
    State(Control { store, .. }): State<Control>,
    JsonBody { value, .. }: JsonBody<PostClock>,
) -> StatusCode {
    store.advance(Duration::from_secs(value.seconds.into()));
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostFaults {
    faults: Vec<String>,
}

/// How many rules there may be.
const MAX_RULES: usize = 1000;

async fn post_faults(
    State(Control { faults, .. }): State<Control>,
    JsonBody { value: new, .. }: JsonBody<PostFaults>,
) -> ApiResult<StatusCode> {
    let rules = new.faults.iter().map(|text| text.parse::<FaultRule>());
    let rules = rules.collect::<Result<Vec<_>, _>>();
    let rules = rules.map_err(|error| ApiError::bad_request(error.to_string()))?;
    if rules.iter().any(FaultRule::closes_the_port) {
        return Err(ApiError::bad_request(
            "refuse would close the port for good, and nobody could open it again over HTTP; \
             it needs times or probability here.",
        ));
    }
    let mut plan = faults.plan();
    if plan.len() + rules.len() > MAX_RULES {
        return Err(ApiError::full());
    }
    rules.into_iter().for_each(|rule| plan.add(rule));
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_faults(State(Control { faults, .. }): State<Control>) -> StatusCode {
    faults.plan().set(Vec::new());
    StatusCode::NO_CONTENT
}

async fn get_requests(State(Control { store, .. }): State<Control>) -> Json<Value> {
    Json(json!(store.state().log.iter().collect::<Vec<_>>()))
}

async fn post_reset(State(Control { store, faults }): State<Control>) -> StatusCode {
    store.reset();
    faults.plan().reset();
    StatusCode::NO_CONTENT
}

impl From<PreloadError> for ApiError {
    fn from(error: PreloadError) -> Self {
        Self::not_found(error.to_string())
    }
}
