//! Bulk jobs of an instance.

mod query;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use self::query::Query;
use self::rows::{Rows, to_csv};
use super::objects::{Resource, with_fields};
use super::path::PathParameters;
use super::through::{InstanceId, permitted};
use crate::catalogue::{number, weight_of};
use crate::events::notify_of_job;
use crate::store::{Job, Redacted, Store};
use crate::web::{ApiError, ElementCall, Parameters, Parts, read_json};

type Answer<T> = (InstanceId, Result<T, ApiError>);

/// How long a job takes at most, by the sandbox's clock.
const DURATION: Duration = Duration::from_secs(1);

/// `POST /bulk/query?q=…`.
pub(crate) async fn query(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let text = parameters.first("q").unwrap_or_default();
    let job = Query::parse(text).and_then(|query| {
        let resource = Resource::named(instance_id, &query.object);
        let found = permitted(&store, instance_id, |instance| {
            let objects = resource.of(instance)?.iter();
            let wanted = query.wanted.as_ref();
            let found = objects.filter(|object| wanted.is_none_or(|it| it.holds(object)));
            Ok(match &query.fields {
                None => found.cloned().collect::<Vec<_>>(),
                Some(fields) => found.map(|object| with_fields(object, fields)).collect(),
            })
        })?;
        Ok(Job {
            count: found.len(),
            objects: found,
            ..job(&store, &query.object)
        })
    });
    start(&store, instance_id, job, &headers)
}

/// `POST /bulk/{object}`: a body of several parts, of which one is `file`.
pub(crate) async fn upload(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
    headers: HeaderMap,
    mut parts: Parts,
) -> Answer<Json<Value>> {
    let object = path.get("job");
    let job = read(&mut parts).and_then(|rows| {
        let weight: usize = rows.objects.iter().map(weight_of).sum();
        let has_room = store.state().instances.has_room_for(weight);
        let resource = Resource::named(instance_id, object);
        let count = rows.objects.len();
        permitted(&store, instance_id, |instance| {
            let objects = resource.change(instance)?;
            let max = store.settings.limits.max_objects;
            if !has_room || objects.len().saturating_add(count) > max {
                return Err(ApiError::full());
            }
            for row in rows.objects {
                objects.add(row);
            }
            Ok(())
        })?;
        Ok(Job {
            count,
            failed: rows.failed,
            errors: rows.errors,
            ..job(&store, object)
        })
    });
    start(&store, instance_id, job, &headers)
}

fn read(parts: &mut Parts) -> Result<Rows, ApiError> {
    if let Ok(metadata) = parts.take("metaData") {
        let metadata = read_json(&metadata.bytes);
        metadata.map_err(|_| ApiError::bad_request("metaData is not JSON."))?;
    }
    let file = parts.take("file")?;
    match file.media_type.split(';').next().map(str::trim) {
        Some("text/csv") => Rows::from_csv(&file.bytes),
        Some("application/json") => Rows::from_json(&file.bytes),
        _ => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The file has to be text/csv or application/json.",
        )),
    }
}

/// A job of nothing, which begins now.
fn job(store: &Store, object: &str) -> Job {
    Job {
        object: object.to_owned(),
        objects: Vec::new(),
        count: 0,
        failed: 0,
        errors: Vec::new(),
        complete_at: store.time() + DURATION,
        is_complete: false,
    }
}

/// Keeps the job, and has its end told to whom the request names.
fn start(
    store: &Store,
    instance_id: u64,
    job: Result<Job, ApiError>,
    headers: &HeaderMap,
) -> Answer<Json<Value>> {
    let started = job.and_then(|job| {
        let mut state = store.state();
        state.jobs += 1;
        let id = state.jobs;
        let (answer, end) = (view(id, &job, false), view(id, &job, true));
        let weight: usize = job.objects.iter().map(weight_of).sum();
        let has_room = state.instances.has_room_for(weight);
        let added = state
            .instances
            .change(instance_id, |it| has_room && it.jobs.add(id, job));
        if added != Some(true) {
            return Err(ApiError::full());
        }
        drop(state);
        let url = headers.get("elements-async-callback-url");
        if let Some(url) = url.and_then(|url| url.to_str().ok()) {
            notify_of_job(store, instance_id, Redacted::new(url), &end, DURATION);
        }
        Ok(Json(answer))
    });
    (InstanceId(instance_id), started)
}

/// A job through an instance, as it stands by now.
fn through<T>(
    store: &Store,
    instance_id: u64,
    path: &PathParameters,
    call: impl FnOnce(u64, &mut Job) -> Result<T, ApiError>,
) -> Answer<T> {
    let id = path.get("job");
    let now = store.time();
    let answer = permitted(store, instance_id, |instance| {
        let job = number(id).and_then(|id| Some((id, instance.jobs.get(id, now)?)));
        let none = || ApiError::not_found(format!("No bulk job found with the id {id}."));
        let (id, job) = job.ok_or_else(none)?;
        call(id, job)
    });
    (InstanceId(instance_id), answer)
}

/// `GET /bulk/{id}/status`: whoever looks twice finds it complete.
pub(crate) async fn status(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
) -> Answer<Json<Value>> {
    through(&store, instance_id, &path, |id, job| {
        let view = view(id, job, job.is_complete);
        job.is_complete = true;
        Ok(Json(view))
    })
}

/// `GET /bulk/{id}/errors`.
pub(crate) async fn errors(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
) -> Answer<Json<Value>> {
    through(&store, instance_id, &path, |_, job| {
        Ok(Json(json!(job.errors)))
    })
}

/// `GET /bulk/{id}/{object}`: as CSV or as JSON.
pub(crate) async fn download(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
    headers: HeaderMap,
) -> Answer<Response> {
    through(&store, instance_id, &path, |id, job| {
        let object = path.get("object");
        if object != job.object {
            let message = format!("No {object} found: job {id} is of {}.", job.object);
            return Err(ApiError::not_found(message));
        }
        if !job.is_complete {
            return Err(ApiError::bad_request(format!("Job {id} is not complete.")));
        }
        let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        let accepted = accepted.unwrap_or("*/*");
        let takes = |kind: &str| accepted.split(',').any(|it| it.trim().starts_with(kind));
        if takes("text/csv") {
            let csv = to_csv(&job.objects)?;
            return Ok(([(CONTENT_TYPE, "text/csv")], csv).into_response());
        }
        match ["application/json", "application/*", "*/*"]
            .into_iter()
            .any(takes)
        {
            true => Ok(Json(&job.objects).into_response()),
            false => Err(ApiError::new(
                StatusCode::NOT_ACCEPTABLE,
                "Objects come as text/csv or application/json, which the Accept header rules out.",
            )),
        }
    })
}

fn view(id: u64, job: &Job, is_complete: bool) -> Value {
    json!({
        "id": id,
        "status": if is_complete { "COMPLETED" } else { "CREATED" },
        "objectName": job.object,
        "recordsCount": job.count,
        "recordsFailedCount": job.failed,
    })
}
