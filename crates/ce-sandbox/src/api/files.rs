//! The files and folders behind an instance of the hub `documents`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::path::PathParameters;
use super::through::{InstanceId, permitted};
use crate::catalogue::number;
use crate::events::{Change, report};
use crate::store::{Content, FileConflict, FilePath, Files, LinkedFile, Store, StoredFile};
use crate::web::{
    ApiError, ElementCall, JsonObject, MAX_PAGE, Page, PageRequest, Parameters, Parts,
};

type Answer<T> = (InstanceId, Result<T, ApiError>);

/// Calls the files of an instance, if its element has any.
fn through<T>(
    store: &Store,
    instance_id: u64,
    call: impl FnOnce(&mut Files) -> Result<T, ApiError>,
) -> Answer<T> {
    let answer = permitted(store, instance_id, |instance| {
        match instance.element.has_files() {
            true => call(&mut instance.files),
            false => Err(ApiError::not_found(format!(
                "Element {:?} has no files: it is not of the hub documents.",
                instance.element.key
            ))),
        }
    });
    (InstanceId(instance_id), answer)
}

/// `GET /folders/contents?path=…`.
pub(crate) async fn contents(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Answer<Page<Value>> {
    through(&store, instance_id, |files| {
        let request = PageRequest::read(&parameters, MAX_PAGE)?;
        let path = path(&parameters)?;
        let contents = files.contents(&path);
        let contents = contents.ok_or_else(|| none_at("folder", &path))?;
        let total = contents.len();
        let views = contents.into_iter().map(|(path, file)| view(path, file));
        Ok(request.of(views, total))
    })
}

/// `POST /folders`.
pub(crate) async fn create_folder(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    JsonObject(body): JsonObject,
) -> Answer<Json<Value>> {
    let path = match body.get("path") {
        Some(Value::String(text)) => read(text),
        _ => Err(ApiError::bad_request("path has to be text.")),
    };
    add(&store, instance_id, path, None)
}

/// `DELETE /folders?path=…`: with all that is in it.
pub(crate) async fn delete_folder(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Answer<StatusCode> {
    delete(&store, instance_id, &parameters, "folder", |file| {
        file.content.is_none()
    })
}

/// `DELETE /files?path=…`.
pub(crate) async fn delete_file(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Answer<StatusCode> {
    delete(&store, instance_id, &parameters, "file", |file| {
        file.content.is_some()
    })
}

fn delete(
    store: &Store,
    instance_id: u64,
    parameters: &Parameters,
    kind: &str,
    is_of_kind: impl Fn(&StoredFile) -> bool,
) -> Answer<StatusCode> {
    let (through, deleted) = through(store, instance_id, |files| {
        let path = path(parameters)?;
        let found = files.get(&path).filter(|file| is_of_kind(file));
        let id = found.map(|file| json!(file.id.to_string()));
        let id = id.ok_or_else(|| none_at(kind, &path))?;
        files.remove(&path);
        Ok(id)
    });
    let deleted = deleted.map(|id| {
        reported(store, instance_id, &id, "DELETED");
        StatusCode::OK
    });
    (through, deleted)
}

/// `POST /files?path=…`: a body of several parts, of which one is `file`.
pub(crate) async fn upload(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
    mut parts: Parts,
) -> Answer<Json<Value>> {
    match parts.take("file") {
        Ok(file) => {
            let content = Content {
                bytes: file.bytes,
                media_type: file.media_type,
            };
            add(&store, instance_id, path(&parameters), Some(content))
        }
        Err(error) => (InstanceId(instance_id), Err(error)),
    }
}

fn add(
    store: &Store,
    instance_id: u64,
    path: Result<FilePath, ApiError>,
    content: Option<Content>,
) -> Answer<Json<Value>> {
    let bytes = content.as_ref().map_or(0, |content| content.bytes.len());
    let has_room = store.state().instances.has_room_for(bytes);
    let created = store.now();
    let (through, added) = through(store, instance_id, |files| {
        let path = path?;
        if !has_room {
            return Err(ApiError::full());
        }
        let added = files.add(&path, &created, content, store.settings.limits.max_objects);
        added.map_err(|conflict| refused(&conflict, &path))?;
        let added = files.get(&path).map(|file| view(&path, file));
        Ok(added.unwrap_or_default())
    });
    let added = added.map(|file| {
        let id = file.get("id").cloned().unwrap_or_default();
        reported(store, instance_id, &id, "CREATED");
        Json(file)
    });
    (through, added)
}

/// Reports what became of a file or a folder.
fn reported(store: &Store, instance_id: u64, object_id: &Value, event_type: &'static str) {
    let change = Change {
        instance_id,
        object_type: "files",
        object_id,
        event_type,
    };
    report(store, &change);
}

fn refused(conflict: &FileConflict, path: &FilePath) -> ApiError {
    let path = path.as_str();
    let message = match conflict {
        FileConflict::TooMany => return ApiError::full(),
        FileConflict::Taken => format!("There is something at {path:?} already."),
        FileConflict::BelowFile => format!("{path:?} is below a file."),
    };
    ApiError::new(StatusCode::CONFLICT, message)
}

/// `GET /files?path=…`: the content.
pub(crate) async fn download(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    through(&store, instance_id, |files| {
        let path = path(&parameters)?;
        let file = files.get(&path).and_then(|file| file.content.as_ref());
        Ok(as_body(file.ok_or_else(|| none_at("file", &path))?))
    })
}

/// `GET /files/{id}`: the content.
pub(crate) async fn download_by_id(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: PathParameters,
) -> Answer<impl IntoResponse> {
    through(&store, instance_id, |files| {
        let id = parameters.get("file");
        let file = number(id).and_then(|id| files.find(id)?.1.content.as_ref());
        let none = || ApiError::not_found(format!("No file found with the id {id}."));
        Ok(as_body(file.ok_or_else(none)?))
    })
}

/// `GET /files/links?path=…`: where a browser gets the content without credentials.
pub(crate) async fn links(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Answer<Json<Value>> {
    let (id, found) = through(&store, instance_id, |files| {
        let path = path(&parameters)?;
        let file = files.get(&path).filter(|file| file.content.is_some());
        let file = file.ok_or_else(|| none_at("file", &path))?;
        Ok((file.id, path))
    });
    let links = found.map(|(file_id, path)| {
        let mut state = store.state();
        let code = state.random.code();
        let linked = LinkedFile {
            instance_id,
            file_id,
        };
        state
            .links
            .issue(code.clone(), linked, size_of::<LinkedFile>());
        let name = utf8_percent_encode(path.name(), NON_ALPHANUMERIC);
        let link = format!("{}/provider/links/{code}/{name}", store.settings.origin);
        Json(json!({"cloudElementsLink": link, "providerLink": link}))
    });
    (id, links)
}

/// `GET /provider/links/{link}/{name}`: the content, for whoever has the link.
pub(crate) async fn follow_link(
    State(store): State<Arc<Store>>,
    parameters: PathParameters,
) -> Result<impl IntoResponse, ApiError> {
    let state = store.state();
    let linked = state.links.get(parameters.get("link"));
    let file = linked.and_then(|linked| {
        let instance = state.instances.get(linked.instance_id)?;
        instance.files.find(linked.file_id)?.1.content.as_ref()
    });
    // Whatever somebody uploaded must not run as a page of this origin.
    let sandboxed = [(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"))];
    Ok((sandboxed, as_body(file.ok_or_else(ApiError::no_such_path)?)))
}

fn as_body(content: &Content) -> impl IntoResponse + use<> {
    let media_type = HeaderValue::from_str(&content.media_type);
    let unknown = HeaderValue::from_static("application/octet-stream");
    let media_type = media_type.unwrap_or(unknown);
    ([(CONTENT_TYPE, media_type)], content.bytes.clone())
}

fn path(parameters: &Parameters) -> Result<FilePath, ApiError> {
    read(parameters.first("path").unwrap_or_default())
}

fn read(text: &str) -> Result<FilePath, ApiError> {
    FilePath::parse(text).ok_or_else(|| {
        ApiError::bad_request("path has to begin at the root, as /folder/name, and without ..")
    })
}

fn none_at(kind: &str, path: &FilePath) -> ApiError {
    ApiError::not_found(format!("No {kind} found at {:?}.", path.as_str()))
}

fn view(path: &FilePath, file: &StoredFile) -> Value {
    let size = file.content.as_ref().map(|content| content.bytes.len());
    json!({
        "id": file.id.to_string(),
        "directory": size.is_none(),
        "name": path.name(),
        "path": path.as_str(),
        "createdDate": file.created,
        "modifiedDate": file.created,
        "size": size.unwrap_or_default(),
    })
}
