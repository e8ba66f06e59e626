#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use ce_model::{ElementToken, InstanceId};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::list_objects::ListObjects;
use crate::config::Config;
use crate::error::Error;
use crate::error::{FieldErrorKind, InvalidInput};
use crate::execution::{Call, Idempotency, read_json};
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// A resource at the provider, reached through an instance: `/hubs/{hub}/{resource}`, or just
/// `/{resource}`. The token decides which account it is of; the platform ignores the hub.
///
/// ```
/// use ce_core::calls::Resource;
/// use ce_core::model::ElementToken;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Contact {
///     name: String,
/// }
///
/// let token = ElementToken::new("5MOr3Sl/E4k=");
/// let contacts = Resource::through(&token, "contacts").hub("crm");
/// let all = contacts.clone().list::<Contact>().matching("name='Ann'");
/// let one = contacts.clone().get::<Contact>("42");
/// let ann = Contact { name: "Ann".to_owned() };
/// let new = contacts.create::<_, Contact>(&ann);
/// ```
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    token: &'a ElementToken,
    hub: Option<String>,
    path: String,
    instance: Option<InstanceId>,
}

impl<'a> Resource<'a> {
    /// Through the instance that this token belongs to. The path may have several parts
    /// (`contacts/42/notes`); each is encoded as it needs.
    pub fn through(token: &'a ElementToken, path: impl Into<String>) -> Self {
        Self {
            token,
            hub: None,
            path: path.into(),
            instance: None,
        }
    }

    /// Names the hub in the path, as the documentation does.
    #[must_use]
    pub fn hub(mut self, hub: impl Into<String>) -> Self {
        self.hub = Some(hub.into());
        self
    }

    /// Makes sure that the answer comes through this instance: an application that mixes up stored
    /// tokens gets [`Error::AnotherInstance`] instead of another customer's data.
    #[must_use]
    pub fn of_instance(mut self, instance: impl Into<InstanceId>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// `GET`: its objects, by pages.
    pub fn list<T: DeserializeOwned>(self) -> ListObjects<'a, T> {
        ListObjects::new(self)
    }

    /// `GET …/{id}`: one of its objects.
    pub fn get<T: DeserializeOwned>(self, id: impl ToString) -> ObjectCall<'a, (), T> {
        let purpose = "get an object";
        ObjectCall::new(self, purpose, Method::GET, Some(id.to_string()), None)
    }

    /// `POST`: another object. It is sent once: the platform may have created it although no
    /// answer came.
    pub fn create<B: Serialize, T: DeserializeOwned>(self, body: &'a B) -> ObjectCall<'a, B, T> {
        let mut call = ObjectCall::new(self, "create an object", Method::POST, None, Some(body));
        call.idempotency = Idempotency::NonIdempotent;
        call
    }

    /// `PATCH …/{id}`: changes what is given, and leaves the rest.
    pub fn update<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl ToString,
        body: &'a B,
    ) -> ObjectCall<'a, B, T> {
        let purpose = "update an object";
        ObjectCall::new(
            self,
            purpose,
            Method::PATCH,
            Some(id.to_string()),
            Some(body),
        )
    }

    /// `PUT …/{id}`: replaces an object.
    pub fn replace<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl ToString,
        body: &'a B,
    ) -> ObjectCall<'a, B, T> {
        let purpose = "replace an object";
        ObjectCall::new(self, purpose, Method::PUT, Some(id.to_string()), Some(body))
    }

    /// `DELETE …/{id}`: removes an object.
    pub fn delete(self, id: impl ToString) -> DeleteObject<'a> {
        let purpose = "delete an object";
        let id = Some(id.to_string());
        DeleteObject(ObjectCall::new(self, purpose, Method::DELETE, id, None))
    }

    pub(super) fn request<'p>(
        &self,
        config: &'p Config,
        method: Method,
        id: Option<&str>,
    ) -> Result<RequestBuilder<'p>, InvalidInput> {
        let path = self.path.trim_matches('/');
        if path.is_empty() {
            return Err(InvalidInput::one("resource", FieldErrorKind::Missing));
        }
        let hub = self.hub.as_deref().map(|hub| ["hubs", hub]);
        let path: Vec<&str> = hub
            .iter()
            .flatten()
            .copied()
            .chain(path.split('/'))
            .chain(id)
            .collect();
        RequestBuilder::new(config, method, &path)?.through(self.token)
    }

    /// `GET` of the resource itself.
    pub(crate) fn ask(&self, config: &Config) -> Result<Request, InvalidInput> {
        self.request(config, Method::GET, None)?.build()
    }

    /// Reads a JSON answer that came through the instance that was meant.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        purpose: &'static str,
        response: &Response,
    ) -> Result<ResourceResponse<T>, Error> {
        let instance = self.check(response)?;
        // Some resources answer a change with nothing: that reads as `()` or `Option` does of null.
        let nothing = || serde_json::from_str("null").ok();
        let is_empty = response.body().iter().all(u8::is_ascii_whitespace);
        let body = match is_empty.then(nothing).flatten() {
            Some(nothing) => nothing,
            None => read_json(purpose, response)?,
        };
        Ok(ResourceResponse::new(body, response, instance))
    }

    /// Did the answer come through the instance that was meant?
    pub(super) fn check(&self, response: &Response) -> Result<Option<InstanceId>, Error> {
        let answered = response.instance_id();
        match (self.instance, answered) {
            (Some(expected), Some(answered)) if expected != answered => {
                Err(Error::AnotherInstance { expected, answered })
            }
            _ => Ok(answered),
        }
    }
}

/// The answer to a call through an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceResponse<T> {
    /// What was answered.
    pub body: T,
    /// The platform's id of the request.
    pub request_id: Option<String>,
    /// The instance that it came through (`Elements-Element-Instance-Id`).
    pub instance_id: Option<InstanceId>,
}

impl<T> ResourceResponse<T> {
    fn new(body: T, response: &Response, instance_id: Option<InstanceId>) -> Self {
        Self {
            body,
            request_id: response.request_id().map(str::to_owned),
            instance_id,
        }
    }
}

/// A call about one object, as [`Resource`] makes it.
#[derive(Debug)]
pub struct ObjectCall<'a, B, T> {
    resource: Resource<'a>,
    purpose: &'static str,
    method: Method,
    id: Option<String>,
    body: Option<&'a B>,
    idempotency: Idempotency,
    answer: PhantomData<fn() -> T>,
}

impl<'a, B, T> ObjectCall<'a, B, T> {
    fn new(
        resource: Resource<'a>,
        purpose: &'static str,
        method: Method,
        id: Option<String>,
        body: Option<&'a B>,
    ) -> Self {
        Self {
            resource,
            purpose,
            method,
            id,
            body,
            idempotency: Idempotency::Idempotent,
            answer: PhantomData,
        }
    }

    /// Says whether it may be sent again when it isn't known what became of it: with another object
    /// than usual a change may not be the same twice, or a creation may.
    #[must_use]
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }
}

impl<B: Serialize, T: DeserializeOwned> Call for ObjectCall<'_, B, T> {
    type Output = ResourceResponse<T>;

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let method = self.method.clone();
        let request = self.resource.request(config, method, self.id.as_deref())?;
        match self.body {
            Some(body) => request.json(body)?.build(),
            None => request.build(),
        }
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<T>, Error> {
        self.resource.read(self.purpose, response)
    }
}

/// The removal of an object, as [`Resource::delete`] makes it.
#[derive(Debug)]
pub struct DeleteObject<'a>(ObjectCall<'a, (), ()>);

impl Call for DeleteObject<'_> {
    type Output = ResourceResponse<()>;

    fn purpose(&self) -> &'static str {
        self.0.purpose
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        Call::request(&self.0, config)
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<()>, Error> {
        let instance = self.0.resource.check(response)?;
        Ok(ResourceResponse::new((), response, instance))
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<ResourceResponse<()>, Error> {
        match error {
            // An earlier attempt did it, and its answer was lost.
            Error::Refused(api_error) if may_be_done && api_error.status() == 404 => {
                Ok(ResourceResponse {
                    body: (),
                    request_id: api_error.request_id().map(str::to_owned),
                    instance_id: None,
                })
            }
            error => Err(error),
        }
    }
}
