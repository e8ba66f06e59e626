use ce_model::{ElementToken, InstanceId, Object};
use http::Method;

use super::{Resource, ResourceCall};

/// Which objects an instance has, such as `contacts`, and their fields.
///
/// ```
/// use ce_core::calls::Objects;
/// use ce_core::model::ElementToken;
///
/// let token = ElementToken::new("5MOr3Sl/E4k=");
/// let names = Objects::through(&token).names();
/// let fields = Objects::through(&token).metadata("contacts");
/// ```
#[derive(Clone, Debug)]
pub struct Objects<'a>(Resource<'a>);

impl<'a> Objects<'a> {
    /// The objects of the instance that this token belongs to.
    pub fn through(token: &'a ElementToken) -> Self {
        Self(Resource::through(token, "objects"))
    }

    /// Names the hub in the path, as the platform's documentation does.
    #[must_use]
    pub fn hub(self, hub: impl Into<String>) -> Self {
        Self(self.0.hub(hub))
    }

    /// Requires that the response comes through this instance.
    #[must_use]
    pub fn of_instance(self, instance: impl Into<InstanceId>) -> Self {
        Self(self.0.of_instance(instance))
    }

    /// `GET /objects`: the objects' names. It answers through a disabled instance, too.
    pub fn names(&self) -> ResourceCall<'a, Vec<String>> {
        ResourceCall::json("list the objects' names", Method::GET, self.0.clone())
    }

    /// `GET /objects/{name}/metadata`: the fields of an object.
    pub fn metadata(&self, name: &str) -> ResourceCall<'a, Object> {
        let metadata = self.0.clone().below(name).below("metadata");
        ResourceCall::json("get the object's metadata", Method::GET, metadata)
    }
}
