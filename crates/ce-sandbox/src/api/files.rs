//! The files and folders behind an instance of the hub `documents`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::path::PathParameters;
use super::through::Through;
use crate::catalogue::number;
use crate::store::{Content, FileConflict, FilePath, Files, LinkedFile, Store, StoredFile};
use crate::web::{ApiError, ApiResult, JsonBody, JsonResult, MAX_PAGE, Parameters, Parts, page};

impl Through {
    /// Calls the files of the instance, if its element has any and there is room for so many bytes
    /// more.
    fn files<T>(
        &self,
        weight: usize,
        call: impl FnOnce(&mut Files) -> ApiResult<T>,
    ) -> ApiResult<T> {
        self.change(weight, |instance| match instance.element.has_files() {
            true => call(&mut instance.files),
            false => Err(ApiError::not_found(format!(
                "Element {:?} has no files: it is not of the hub documents.",
                instance.element.key
            ))),
        })
    }

    /// The file at the path that the query names.
    fn file<T>(
        &self,
        parameters: &Parameters,
        read: impl FnOnce(&StoredFile, &Content) -> T,
    ) -> ApiResult<T> {
        let path = path(parameters.first("path"))?;
        self.files(0, |files| {
            let found = files.get(&path);
            let found = found.and_then(|file| Some(read(file, file.content.as_ref()?)));
            found.ok_or_else(|| none_at("file", &path))
        })
    }
}

/// `GET /folders/contents?path=…`.
pub(crate) async fn contents(through: Through, parameters: Parameters) -> ApiResult {
    let path = path(parameters.first("path"))?;
    through.files(0, |files| {
        let contents = files.contents(&path);
        let contents = contents.ok_or_else(|| none_at("folder", &path))?;
        let views = contents.into_iter().map(|(path, file)| view(path, file));
        page(views, MAX_PAGE, &parameters)
    })
}

#[derive(Deserialize)]
pub(crate) struct CreateFolder {
    path: String,
}

/// `POST /folders`.
pub(crate) async fn create_folder(
    through: Through,
    JsonBody { value, .. }: JsonBody<CreateFolder>,
) -> JsonResult {
    add(&through, &path(Some(&value.path))?, None)
}

/// `POST /files?path=…`: a body of several parts, of which one is `file`.
pub(crate) async fn upload(
    through: Through,
    parameters: Parameters,
    mut parts: Parts,
) -> JsonResult {
    let file = parts.take("file")?;
    let content = Content {
        bytes: file.bytes,
        media_type: file.media_type,
    };
    add(&through, &path(parameters.first("path"))?, Some(content))
}

fn add(through: &Through, path: &FilePath, content: Option<Content>) -> JsonResult {
    let store = &through.0.store;
    let created = store.now();
    let bytes = content.as_ref().map_or(0, |content| content.bytes.len());
    let (id, added) = through.files(1 + bytes, |files| {
        let added = files.add(path, &created, content, store.settings.max_objects);
        let added = added.map_err(|conflict| refused(&conflict, path))?;
        Ok((json!(added.id.to_string()), view(path, added)))
    })?;
    // Folders are reported as files are.
    through.report("files", &id, "CREATED");
    Ok(Json(added))
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

/// `DELETE /folders?path=…`: with all that is in it.
pub(crate) async fn delete_folder(
    through: Through,
    parameters: Parameters,
) -> ApiResult<StatusCode> {
    delete(&through, &parameters, "folder")
}

/// `DELETE /files?path=…`.
pub(crate) async fn delete_file(through: Through, parameters: Parameters) -> ApiResult<StatusCode> {
    delete(&through, &parameters, "file")
}

fn delete(through: &Through, parameters: &Parameters, kind: &str) -> ApiResult<StatusCode> {
    let path = path(parameters.first("path"))?;
    let id = through.files(0, |files| {
        let found = files.get(&path);
        let found = found.filter(|file| file.content.is_some() == (kind == "file"));
        let id = found.map(|file| json!(file.id.to_string()));
        let id = id.ok_or_else(|| none_at(kind, &path))?;
        files.remove(&path);
        Ok(id)
    })?;
    through.report("files", &id, "DELETED");
    Ok(StatusCode::OK)
}

/// `GET /files?path=…`: the content.
pub(crate) async fn download(through: Through, parameters: Parameters) -> ApiResult {
    through.file(&parameters, |_, content| as_body(content))
}

/// `GET /files/{id}`: the content.
pub(crate) async fn download_by_id(
    through: Through,
    PathParameters { id, .. }: PathParameters,
) -> ApiResult {
    through.files(0, |files| {
        let file = number(&id).and_then(|id| files.find(id)?.content.as_ref());
        let none = || ApiError::not_found(format!("No file found with the id {id}."));
        Ok(as_body(file.ok_or_else(none)?))
    })
}

/// `GET /files/links?path=…`: where a browser gets the content without credentials.
pub(crate) async fn links(through: Through, parameters: Parameters) -> JsonResult {
    let file_id = through.file(&parameters, |file, _| file.id)?;
    let path = path(parameters.first("path"))?;
    let store = &through.0.store;
    let linked = LinkedFile {
        instance_id: through.0.id,
        file_id,
    };
    let mut state = store.state();
    let code = state.random.code();
    let name = utf8_percent_encode(path.name(), NON_ALPHANUMERIC);
    let link = format!("{}/provider/links/{code}/{name}", store.settings.origin);
    state.links.push((code, linked), size_of::<LinkedFile>());
    Ok(Json(
        json!({"cloudElementsLink": link, "providerLink": link}),
    ))
}

/// `GET /provider/links/{link}/{name}`: the content, for whoever has the link.
pub(crate) async fn follow_link(
    State(store): State<Arc<Store>>,
    PathParameters { link, .. }: PathParameters,
) -> ApiResult {
    let state = store.state();
    let file = state.links.get(&link).and_then(|linked| {
        let instance = state.instances.get(linked.instance_id)?;
        instance.files.find(linked.file_id)?.content.as_ref()
    });
    let content = as_body(file.ok_or_else(ApiError::no_such_path)?);
    // Whatever somebody uploaded must not run as a page of this origin.
    Ok(([(CONTENT_SECURITY_POLICY, "sandbox")], content).into_response())
}

fn as_body(content: &Content) -> Response {
    let media_type = HeaderValue::from_str(&content.media_type);
    let unknown = HeaderValue::from_static("application/octet-stream");
    let media_type = [(CONTENT_TYPE, media_type.unwrap_or(unknown))];
    (media_type, content.bytes.clone()).into_response()
}

fn path(text: Option<&str>) -> ApiResult<FilePath> {
    FilePath::parse(text.unwrap_or_default()).ok_or_else(|| {
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
