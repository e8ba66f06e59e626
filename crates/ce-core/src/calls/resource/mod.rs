/// What every type around a [`Resource`] has: how it is made, and what can be said of it.
macro_rules! through {
    ($path:literal) => {
        /// Through the instance that this token belongs to.
        pub fn through(token: &'a ce_model::ElementToken) -> Self {
            Self(Resource::through(token, $path))
        }

        /// Names the hub in the path, as the platform's documentation does.
        pub fn hub(self, hub: impl Into<String>) -> Self {
            Self(self.0.hub(hub))
        }

        /// Requires that the response comes through this instance.
        pub fn of_instance(self, instance: impl Into<ce_model::InstanceId>) -> Self {
            Self(self.0.of_instance(instance))
        }
    };
}

mod bulk;
mod condition;
mod files;
mod list_objects;
mod object_id;
mod objects;
mod ping;
mod resource_call;
mod response;
#[cfg(test)]
mod tests;

use ce_model::{ElementToken, InstanceId, Secret};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use bulk::{Bulk, BulkFormat, WaitForBulk};
pub use condition::{Condition, Literal};
pub use files::Files;
pub use object_id::ObjectId;
pub use objects::Objects;
pub use ping::Ping;
pub use resource_call::{Download, ResourceCall};
pub use response::ResourceResponse;

use crate::config::Config;
use crate::error::{Error, FieldErrorKind};
use crate::paging::Page;
use crate::wire::{RequestBuilder, Response};

/// A resource at the provider, reached through an instance: `/{resource}` or
/// `/hubs/{hub}/{resource}`.
///
/// The element token decides the account. The platform ignores the hub. `Debug` shows the names of
/// parameters and headers alone.
///
/// What an object holds that your type doesn't name is an [`Object`](ce_model::Object) or a
/// [`Json`](ce_model::Json). Don't take serde_json's `Value`: hostile JSON in it can exhaust the stack.
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
    /// Its segments.
    path: Vec<String>,
    /// The path was given with a query or a fragment.
    has_parameters: bool,
    parameters: Vec<(String, Secret)>,
    headers: Vec<(String, Secret)>,
    instance: Option<InstanceId>,
}

impl<'a> Resource<'a> {
    /// A resource of the instance that this token belongs to. The path may have several segments
    /// (`contacts/42/notes`); each is percent-encoded.
    pub fn through(token: &'a ElementToken, path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            token,
            hub: None,
            path: segments(&path),
            has_parameters: path.contains(['?', '#']),
            parameters: Vec::new(),
            headers: Vec::new(),
            instance: None,
        }
    }

    /// Names the hub in the path, as the platform's documentation does.
    #[must_use]
    pub fn hub(mut self, hub: impl Into<String>) -> Self {
        self.hub = Some(hub.into());
        self
    }

    /// Adds a query parameter, as in `folders/contents?path=/`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Sets a header, such as `Elements-Async-Request`.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Secret::new(value)));
        self
    }

    /// Requires that the response comes through this instance: an application that mixes up stored
    /// tokens gets [`Error::AnotherInstance`](crate::Error::AnotherInstance) instead of another
    /// customer's data. A response that names no instance is accepted.
    #[must_use]
    pub fn of_instance(mut self, instance: impl Into<InstanceId>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// `GET`: lists the objects.
    pub fn list<T: DeserializeOwned>(self) -> ResourceCall<'a, Page<T>> {
        ResourceCall::list(self)
    }

    /// `GET …/{id}`: gets an object.
    pub fn get<T: DeserializeOwned>(
        self,
        id: impl Into<ObjectId>,
    ) -> ResourceCall<'a, ResourceResponse<T>> {
        ResourceCall::object("get an object", Method::GET, self).id(id)
    }

    /// `POST`: creates an object.
    ///
    /// It is sent once: the platform may have created the object although its response was lost.
    pub fn create<B: Serialize, T: DeserializeOwned>(
        self,
        body: &B,
    ) -> ResourceCall<'a, ResourceResponse<T>> {
        ResourceCall::object("create an object", Method::POST, self).json_body(body)
    }

    /// `PATCH …/{id}`: changes what is given, and leaves the rest.
    ///
    /// It is sent once unless it is said to be [idempotent](ResourceCall::idempotency).
    pub fn update<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl Into<ObjectId>,
        body: &B,
    ) -> ResourceCall<'a, ResourceResponse<T>> {
        let update = ResourceCall::object("update an object", Method::PATCH, self);
        update.id(id).json_body(body)
    }

    /// `PUT …/{id}`: replaces an object.
    pub fn replace<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl Into<ObjectId>,
        body: &B,
    ) -> ResourceCall<'a, ResourceResponse<T>> {
        let replace = ResourceCall::object("replace an object", Method::PUT, self);
        replace.id(id).json_body(body)
    }

    /// `DELETE …/{id}`: deletes an object.
    pub fn delete(self, id: impl Into<ObjectId>) -> ResourceCall<'a, ResourceResponse<()>> {
        ResourceCall::delete("delete an object", self).id(id)
    }

    /// The resource below this one. A slash in its name is percent-encoded.
    fn below(mut self, segment: impl Into<String>) -> Self {
        self.path.push(segment.into());
        self
    }

    /// A request to the resource, or to one of its objects.
    fn request<'c>(
        &self,
        config: &'c Config,
        method: Method,
        id: Option<&str>,
    ) -> RequestBuilder<'c> {
        let hub = self.hub.iter().flat_map(|hub| ["hubs", hub]);
        let path = self.path.iter().map(String::as_str);
        let segments: Vec<&str> = hub.chain(path).chain(id).collect();
        let mut request = RequestBuilder::new(config, method, &segments).through(self.token);
        if self.has_parameters {
            request = request.invalid("resource", FieldErrorKind::HasParameters);
        }
        for (name, value) in &self.parameters {
            request = request.query(name, value.expose());
        }
        for (name, value) in &self.headers {
            request = request.header(name, value.expose());
        }
        request
    }

    /// Decodes a JSON response that came through the instance that was meant.
    fn decode<T: DeserializeOwned>(
        &self,
        purpose: &'static str,
        response: &Response,
    ) -> Result<ResourceResponse<T>, Error> {
        self.check_instance(purpose, response)?;
        // Some resources answer a change with an empty body: it decodes as `()` or `Option`, as `null`
        // does.
        let nothing = || serde_json::from_str("null").ok();
        let body = match response.is_blank().then(nothing).flatten() {
            Some(nothing) => nothing,
            None => response.json(purpose).map_err(|error| self.named(error))?,
        };
        Ok(ResourceResponse::of(body, response))
    }

    /// Names the resource in an error about what it answered.
    fn named(&self, error: Error) -> Error {
        match error {
            Error::Decode(error) => error.about(&self.path.join("/")).into(),
            error => error,
        }
    }

    /// # Errors
    /// If the response came through another instance than the one that was meant.
    fn check_instance(&self, purpose: &'static str, response: &Response) -> Result<(), Error> {
        match (self.instance, response.instance_id()) {
            (Some(expected), Some(answered)) if expected != answered => {
                Err(Error::AnotherInstance { expected, answered })
            }
            (Some(_), None) if response.names_an_instance() => {
                let reason = "names the instance that it came through in a way that can't be read";
                Err(response.decode_error(purpose, reason).into())
            }
            _ => Ok(()),
        }
    }
}

/// The segments of a path.
fn segments(path: &str) -> Vec<String> {
    let segments = path.trim_matches('/').split('/');
    segments.map(str::to_owned).collect()
}
