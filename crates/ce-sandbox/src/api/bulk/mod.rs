//! Bulk jobs of an instance.

mod query;
mod rows;

use std::time::Duration;

use axum::Json;
use axum::response::IntoResponse;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use self::query::Query;
use self::rows::{Rows, to_csv};
use super::objects;
use super::path::PathParameters;
use super::through::Through;
use crate::catalogue::{number, weight_of};
use crate::events::send;
use crate::store::{Job, Redacted, Store};
use crate::web::{ApiError, ApiResult, JsonResult, Parameters, Parts, check_json};

/// How long a job takes at most, by the sandbox's clock.
const DURATION: Duration = Duration::from_secs(1);

/// `POST /bulk/query?q=…`.
pub(crate) async fn query(
    through: Through,
    parameters: Parameters,
    headers: HeaderMap,
) -> JsonResult {
    let query = Query::parse(parameters.first("q").unwrap_or_default())?;
    let fields = query.fields.map(objects::field_names);
    let found: Vec<_> = through.call(|instance| {
        let found = objects::find(instance, query.object, query.wanted.as_ref())?.into_iter();
        Ok(found
            .map(|object| objects::view(object, fields.as_ref()))
            .collect())
    })?;
    let job = Job {
        count: found.len(),
        objects: found,
        ..job(&through.0.store, query.object)
    };
    start(&through, job, &headers)
}

/// `POST /bulk/{object}`: a body of several parts, of which one is `file`.
pub(crate) async fn upload(
    through: Through,
    path: PathParameters,
    headers: HeaderMap,
    mut parts: Parts,
) -> JsonResult {
    let rows = read(&mut parts)?;
    let count = rows.objects.len();
    let max = through.0.store.settings.max_objects;
    through.change(rows.objects.iter().map(weight_of).sum(), |instance| {
        let objects = objects::objects_mut(instance, &path.resource)?;
        if objects.len().saturating_add(count) > max {
            return Err(ApiError::full());
        }
        for row in rows.objects {
            objects.add(row);
        }
        Ok(())
    })?;
    let job = Job {
        count,
        failed: rows.failed,
        errors: rows.errors,
        ..job(&through.0.store, &path.resource)
    };
    start(&through, job, &headers)
}

fn read(parts: &mut Parts) -> ApiResult<Rows> {
    if let Ok(metadata) = parts.take("metaData") {
        let metadata = crate::json::read(&metadata.bytes);
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

/// Keeps the job, and has its end told to whom the request names, as an event is told.
fn start(through: &Through, job: Job, headers: &HeaderMap) -> JsonResult {
    let instance = &through.0;
    let id = instance.store.state().next_job();
    let (answer, end) = (view(id, &job, false), view(id, &job, true));
    let weight = job.objects.iter().map(weight_of).sum();
    instance.change(weight, |instance| match instance.jobs.add(id, job) {
        true => Ok(()),
        false => Err(ApiError::full()),
    })?;
    let url = headers.get("elements-async-callback-url");
    if let Some(url) = url.and_then(|url| url.to_str().ok()) {
        let url = Redacted::new(url);
        send(&instance.store, instance.id, url, &end, DURATION);
    }
    Ok(Json(answer))
}

impl Through {
    /// The job that the path names, as it stands by now.
    fn job<T>(
        &self,
        path: &PathParameters,
        call: impl FnOnce(u64, &mut Job) -> ApiResult<T>,
    ) -> ApiResult<T> {
        let now = self.0.store.time();
        self.call(|instance| {
            let job = number(&path.id).and_then(|id| Some((id, instance.jobs.get(id, now)?)));
            let none =
                || ApiError::not_found(format!("No bulk job found with the id {}.", path.id));
            let (id, job) = job.ok_or_else(none)?;
            call(id, job)
        })
    }
}

/// `GET /bulk/{id}/status`: whoever looks twice finds it complete.
pub(crate) async fn status(through: Through, path: PathParameters) -> JsonResult {
    through.job(&path, |id, job| {
        let view = view(id, job, job.is_complete);
        job.is_complete = true;
        Ok(Json(view))
    })
}

/// `GET /bulk/{id}/errors`.
pub(crate) async fn errors(through: Through, path: PathParameters) -> JsonResult {
    through.job(&path, |_, job| Ok(Json(json!(job.errors))))
}

/// `GET /bulk/{id}/{object}`: as CSV or as JSON.
pub(crate) async fn download(
    through: Through,
    path: PathParameters,
    headers: HeaderMap,
) -> ApiResult {
    through.job(&path, |id, job| {
        if path.resource != job.object {
            let message = format!("No {} found: job {id} is of {}.", path.resource, job.object);
            return Err(ApiError::not_found(message));
        }
        if !job.is_complete {
            return Err(ApiError::bad_request(format!("Job {id} is not complete.")));
        }
        let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        if accepted.is_some_and(|accepted| accepted.contains("text/csv")) {
            let csv = to_csv(&job.objects)?;
            return Ok(([(CONTENT_TYPE, "text/csv")], csv).into_response());
        }
        check_json(&headers)?;
        Ok(Json(&job.objects).into_response())
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
