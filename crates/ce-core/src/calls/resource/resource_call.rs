use std::fmt;

use bytes::Bytes;
use ce_model::InstanceId;
use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ObjectId, Resource, ResourceResponse};
use crate::config::Config;
use crate::error::{ApiError, Error, FieldErrorKind, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::paging::Paging;
use crate::wire::{Part, Request, Response, json_bytes};

/// A call through an instance: to a [`Resource`], [`Files`](super::Files) or [`Bulk`](super::Bulk). One
/// whose output is a [`Page`](crate::Page) is a list, which can be filtered and sorted.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct ResourceCall<'a, T> {
    pub(super) purpose: &'static str,
    method: Method,
    pub(super) resource: Resource<'a>,
    id: Option<String>,
    body: Body,
    pub(super) paging: Paging,
    /// What was given and can't be sent.
    pub(super) invalid: Option<(&'static str, FieldErrorKind)>,
    idempotency: Option<Idempotency>,
    read: fn(&Self, &Response) -> Result<T, Error>,
    /// What it comes to if the platform says that there is nothing, after an answer was lost.
    if_absent: Option<fn(&ApiError) -> T>,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Bytes),
    Multipart(Vec<Part>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Bytes that were downloaded. `Debug` shows how many, and not the content.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Download {
    /// The content.
    pub bytes: Bytes,
    /// Its media type (`Content-Type`), such as `image/jpeg`.
    pub media_type: Option<String>,
    /// The platform's id of the request.
    pub request_id: Option<String>,
    /// The instance that it came through.
    pub instance_id: Option<InstanceId>,
}

impl Download {
    /// A download with this content: for tests of an application.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            media_type: None,
            request_id: None,
            instance_id: None,
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("bytes", &format_args!("[{} bytes]", self.bytes.len()))
            .field("media_type", &self.media_type)
            .field("request_id", &self.request_id)
            .field("instance_id", &self.instance_id)
            .finish()
    }
}

impl<'a, T: DeserializeOwned> ResourceCall<'a, T> {
    /// A call whose response is the JSON of a `T`.
    pub(super) fn json(purpose: &'static str, method: Method, resource: Resource<'a>) -> Self {
        Self::new(purpose, method, resource, |call, response| {
            let read = call.resource.decode(call.purpose, response)?;
            Ok(read.body)
        })
    }
}

impl<'a, T: DeserializeOwned> ResourceCall<'a, ResourceResponse<T>> {
    /// The same, with what the headers say.
    pub(super) fn object(purpose: &'static str, method: Method, resource: Resource<'a>) -> Self {
        Self::new(purpose, method, resource, |call, response| {
            call.resource.decode(call.purpose, response)
        })
    }
}

impl<'a> ResourceCall<'a, ResourceResponse<()>> {
    /// A deletion, whatever the response says.
    pub(super) fn delete(purpose: &'static str, resource: Resource<'a>) -> Self {
        let mut deletion = Self::new(purpose, Method::DELETE, resource, |call, response| {
            call.resource.check_instance(call.purpose, response)?;
            Ok(ResourceResponse::of((), response))
        });
        deletion.if_absent = Some(|error| ResourceResponse {
            request_id: error.request_id().map(str::to_owned),
            ..ResourceResponse::new(())
        });
        deletion
    }
}

impl<'a> ResourceCall<'a, Download> {
    /// A call whose response is of any media type.
    pub(super) fn download(purpose: &'static str, resource: Resource<'a>) -> Self {
        let download = Self::new(purpose, Method::GET, resource, Self::downloaded);
        download.header("Accept", "*/*")
    }

    fn downloaded(&self, response: &Response) -> Result<Download, Error> {
        self.resource.check_instance(self.purpose, response)?;
        let announced = response.number(CONTENT_LENGTH.as_str());
        // A transport may not have noticed.
        if announced.is_some_and(|length| length != response.body().len() as u64) {
            return Err(response.decode_error(self.purpose, "ends early").into());
        }
        Ok(Download {
            bytes: response.bytes(),
            media_type: response.header(CONTENT_TYPE.as_str()).map(str::to_owned),
            request_id: response.request_id().map(str::to_owned),
            instance_id: response.instance_id(),
        })
    }
}

impl<'a, T> ResourceCall<'a, T> {
    pub(super) fn new(
        purpose: &'static str,
        method: Method,
        resource: Resource<'a>,
        read: fn(&Self, &Response) -> Result<T, Error>,
    ) -> Self {
        Self {
            purpose,
            method,
            resource,
            id: None,
            body: Body::None,
            paging: Paging::default(),
            invalid: None,
            idempotency: None,
            read,
            if_absent: None,
        }
    }

    /// Of the object with this id.
    pub(super) fn id(mut self, id: impl Into<ObjectId>) -> Self {
        self.id = Some(id.into().0);
        self
    }

    pub(super) fn json_body(mut self, body: &impl Serialize) -> Self {
        match json_bytes(body) {
            Some(json) => self.body = Body::Json(json),
            None => self.invalid = Some(("body", FieldErrorKind::NotJson)),
        }
        self
    }

    pub(super) fn multipart(mut self, parts: Vec<Part>) -> Self {
        self.body = Body::Multipart(parts);
        self
    }

    /// Sets whether the call may be sent again when it is unknown what came of it. The method's if not
    /// set: a `PATCH` that sets values is idempotent, one that counts up is not.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }

    /// Sets a header, such as `Elements-Async-Callback-Url`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource = self.resource.header(name, value);
        self
    }

    /// Adds a query parameter.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource = self.resource.parameter(name, value);
        self
    }
}

impl<T> Call for ResourceCall<'_, T> {
    type Output = T;

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let method = self.method.clone();
        let mut request = self.resource.request(config, method, self.id.as_deref());
        if let Some((field, kind)) = self.invalid {
            request = request.invalid(field, kind);
        }
        request = self.paging.add_to(request);
        match &self.body {
            Body::None => request,
            Body::Json(json) => request.body("application/json", json.clone()),
            Body::Multipart(parts) => request.multipart(parts),
        }
        .build()
    }

    fn decode(&self, response: &Response) -> Result<T, Error> {
        (self.read)(self, response)
    }

    fn idempotency(&self, method: &Method) -> Idempotency {
        self.idempotency.unwrap_or_else(|| Idempotency::of(method))
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<T, Error> {
        match (error, self.if_absent) {
            (Error::Refused(error), Some(absent))
                if may_be_done && error.is_platforms_not_found() =>
            {
                Ok(absent(&error))
            }
            (error, _) => Err(error),
        }
    }
}
