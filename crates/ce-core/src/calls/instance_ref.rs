use ce_model::{ElementToken, Instance, InstanceId};
use http::Method;

use crate::config::Config;
use crate::wire::RequestBuilder;

/// The instance that a call is about: by its id, or by its token, with which the platform takes the
/// same paths without the id.
///
/// ```
/// use ce_core::calls::GetInstance;
/// use ce_core::model::{ElementToken, InstanceId};
///
/// let by_id = GetInstance::new(InstanceId::new(123));
/// let token = ElementToken::new("5MOr3Sl/E4k=");
/// let by_token = GetInstance::new(&token);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum InstanceRef<'a> {
    /// By its id.
    Id(InstanceId),
    /// By its token.
    Token(&'a ElementToken),
}

impl From<InstanceId> for InstanceRef<'_> {
    fn from(id: InstanceId) -> Self {
        Self::Id(id)
    }
}

impl From<u64> for InstanceRef<'_> {
    fn from(id: u64) -> Self {
        Self::Id(InstanceId::new(id))
    }
}

impl From<&Instance> for InstanceRef<'_> {
    fn from(instance: &Instance) -> Self {
        Self::Id(instance.id)
    }
}

impl<'a> From<&'a ElementToken> for InstanceRef<'a> {
    fn from(token: &'a ElementToken) -> Self {
        Self::Token(token)
    }
}

/// A request to a path below the instance.
pub(crate) fn at_instance<'c>(
    config: &'c Config,
    method: Method,
    instance: InstanceRef<'_>,
    below: &[&str],
) -> RequestBuilder<'c> {
    match instance {
        InstanceRef::Id(id) => {
            let id = id.to_string();
            let path = [&["instances", id.as_str()], below].concat();
            RequestBuilder::new(config, method, &path)
        }
        InstanceRef::Token(token) => {
            let path = [&["instances"], below].concat();
            RequestBuilder::new(config, method, &path).through(token)
        }
    }
}
