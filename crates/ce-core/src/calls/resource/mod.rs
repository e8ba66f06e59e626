mod list_objects;
mod object_call;
mod path;
mod ping;
mod response;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use ce_model::{ElementToken, InstanceId};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use list_objects::ListObjects;
pub use object_call::{DeleteObject, ObjectCall};
use path::ResourcePath;
pub use ping::Ping;
pub use response::ResourceResponse;

/// A resource at the provider, reached through an instance: `/{resource}` or
/// `/hubs/{hub}/{resource}`.
///
/// The element token decides the account. The platform ignores the hub.
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
pub struct Resource<'a>(ResourcePath<'a>);

impl<'a> Resource<'a> {
    /// A resource of the instance that this token belongs to. The path may have several segments
    /// (`contacts/42/notes`); each is percent-encoded.
    pub fn through(token: &'a ElementToken, path: impl Into<String>) -> Self {
        Self(ResourcePath {
            token,
            hub: None,
            path: path.into(),
            instance: None,
        })
    }

    /// Names the hub in the path, as the platform's documentation does.
    #[must_use]
    pub fn hub(mut self, hub: impl Into<String>) -> Self {
        self.0.hub = Some(hub.into());
        self
    }

    /// Requires that the response comes through this instance: an application that mixes up stored
    /// tokens gets [`Error::AnotherInstance`](crate::Error::AnotherInstance) instead of another
    /// customer's data.
    #[must_use]
    pub fn of_instance(mut self, instance: impl Into<InstanceId>) -> Self {
        self.0.instance = Some(instance.into());
        self
    }

    /// `GET`: lists the objects.
    pub fn list<T: DeserializeOwned>(self) -> ListObjects<'a, T> {
        ListObjects::new(self.0)
    }

    /// `GET …/{id}`: gets an object.
    pub fn get<T: DeserializeOwned>(self, id: impl ToString) -> ObjectCall<'a, (), T> {
        self.call("get an object", Method::GET, Some(id.to_string()), None)
    }

    /// `POST`: creates an object.
    ///
    /// It is sent once: the platform may have created the object although its response was lost.
    pub fn create<B: Serialize, T: DeserializeOwned>(self, body: &'a B) -> ObjectCall<'a, B, T> {
        self.call("create an object", Method::POST, None, Some(body))
    }

    /// `PATCH …/{id}`: changes what is given, and leaves the rest.
    ///
    /// It is sent once unless it is said to be [idempotent](ObjectCall::idempotency).
    pub fn update<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl ToString,
        body: &'a B,
    ) -> ObjectCall<'a, B, T> {
        let id = Some(id.to_string());
        self.call("update an object", Method::PATCH, id, Some(body))
    }

    /// `PUT …/{id}`: replaces an object.
    pub fn replace<B: Serialize, T: DeserializeOwned>(
        self,
        id: impl ToString,
        body: &'a B,
    ) -> ObjectCall<'a, B, T> {
        let id = Some(id.to_string());
        self.call("replace an object", Method::PUT, id, Some(body))
    }

    /// `DELETE …/{id}`: deletes an object.
    pub fn delete(self, id: impl ToString) -> DeleteObject<'a> {
        DeleteObject {
            path: self.0,
            id: id.to_string(),
        }
    }

    fn call<B, T>(
        self,
        purpose: &'static str,
        method: Method,
        id: Option<String>,
        body: Option<&'a B>,
    ) -> ObjectCall<'a, B, T> {
        ObjectCall {
            path: self.0,
            purpose,
            method,
            id,
            body,
            idempotency: None,
            output: PhantomData,
        }
    }
}
