use bytes::Bytes;
use ce_model::{File, Object};
use http::Method;

use super::{Download, ObjectId, Resource, ResourceCall, ResourceResponse, segments};
use crate::paging::Page;
use crate::wire::Part;

/// The files and folders behind an instance of the hub `documents` (Box, Dropbox, Google Drive …).
///
/// Paths begin with `/`. Contents are whole in memory, within
/// [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
///
/// ```
/// use ce_core::calls::Files;
/// use ce_core::model::ElementToken;
///
/// let token = ElementToken::new("5MOr3Sl/E4k=");
/// let files = Files::through(&token);
/// let upload = files.upload("/photos/sea & sun.jpg", "image/jpeg", &b"..."[..]);
/// let photos = files.list("/photos");
/// let download = files.download("/photos/sea & sun.jpg");
/// ```
#[derive(Clone, Debug)]
#[must_use = "it does nothing by itself"]
pub struct Files<'a>(Resource<'a>);

impl<'a> Files<'a> {
    through!("");

    /// `GET /folders/contents?path=…`: what is in a folder.
    pub fn list(&self, path: impl Into<String>) -> ResourceCall<'a, Page<File>> {
        self.at("folders/contents", path).list()
    }

    /// `POST /folders`: creates a folder. It is sent once.
    pub fn create_folder(&self, path: impl Into<String>) -> ResourceCall<'a, File> {
        let mut body = Object::new();
        body.insert("path", path.into());
        let folders = self.resource("folders");
        ResourceCall::json("create the folder", Method::POST, folders).json_body(&body)
    }

    /// `DELETE /folders?path=…`: deletes a folder.
    pub fn delete_folder(&self, path: impl Into<String>) -> ResourceCall<'a, ResourceResponse<()>> {
        ResourceCall::delete("delete the folder", self.at("folders", path))
    }

    /// `GET /files?path=…`: the content of a file. One that ends early is an error.
    pub fn download(&self, path: impl Into<String>) -> ResourceCall<'a, Download> {
        ResourceCall::download("download the file", self.at("files", path))
    }

    /// `GET /files/{id}`: the content of a file.
    pub fn download_by_id(&self, id: impl Into<ObjectId>) -> ResourceCall<'a, Download> {
        let files = self.resource("files");
        ResourceCall::download("download the file", files).id(id)
    }

    /// `POST /files?path=…`: creates a file with this content.
    ///
    /// It is sent once: the platform may have created the file although its response was lost.
    pub fn upload(
        &self,
        path: impl Into<String>,
        media_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> ResourceCall<'a, File> {
        let path = path.into();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let file = Part::file("file", name, media_type, content);
        let files = self.at("files", path);
        ResourceCall::json("upload the file", Method::POST, files).multipart(vec![file])
    }

    /// `GET /files/links?path=…`: links by which a browser gets the file.
    pub fn links(&self, path: impl Into<String>) -> ResourceCall<'a, Object> {
        let links = self.at("files/links", path);
        ResourceCall::json("get the file's links", Method::GET, links)
    }

    /// `DELETE /files?path=…`: deletes a file.
    pub fn delete(&self, path: impl Into<String>) -> ResourceCall<'a, ResourceResponse<()>> {
        ResourceCall::delete("delete the file", self.at("files", path))
    }

    fn at(&self, resource: &str, path: impl Into<String>) -> Resource<'a> {
        self.resource(resource).parameter("path", path)
    }

    fn resource(&self, path: &str) -> Resource<'a> {
        Resource {
            path: segments(path),
            ..self.0.clone()
        }
    }
}
