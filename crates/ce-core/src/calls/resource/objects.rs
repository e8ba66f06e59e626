use ce_model::Object;
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
#[must_use = "it does nothing by itself"]
pub struct Objects<'a>(Resource<'a>);

impl<'a> Objects<'a> {
    through!("objects");

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
