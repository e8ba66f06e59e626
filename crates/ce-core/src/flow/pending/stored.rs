//! How a flow lies in a session store.

use ce_model::Object;
use serde::de::{DeserializeOwned, Error};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{PendingAuthorization, Request};

impl Serialize for PendingAuthorization {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn member<M: SerializeStruct, T: Serialize>(
            fields: &mut M,
            name: &'static str,
            value: Option<&T>,
        ) -> Result<(), M::Error> {
            match value {
                Some(value) => fields.serialize_field(name, value),
                None => fields.skip_field(name),
            }
        }

        let further = [
            self.correlation.is_some(),
            self.request.is_some(),
            self.instance.is_some(),
        ];
        let further = further.into_iter().filter(|is_there| *is_there).count();
        let mut fields = serializer.serialize_struct("Pending", 3 + further)?;
        fields.serialize_field("element", &self.element)?;
        fields.serialize_field("state", &self.state)?;
        fields.serialize_field("expires", &self.expires)?;
        member(&mut fields, "correlation", self.correlation.as_ref())?;
        member(&mut fields, "request", self.request.as_ref())?;
        member(&mut fields, "instance", self.instance.as_ref())?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for PendingAuthorization {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Object::deserialize(deserializer)?;
        Ok(Self {
            element: required(&stored, "element")?,
            state: required(&stored, "state")?,
            expires: required(&stored, "expires")?,
            correlation: optional(&stored, "correlation")?,
            request: optional(&stored, "request")?,
            instance: optional(&stored, "instance")?,
        })
    }
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Request", 2)?;
        fields.serialize_field("token", &self.token)?;
        fields.serialize_field("secret", &self.secret)?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Object::deserialize(deserializer)?;
        Ok(Self {
            token: required(&stored, "token")?,
            secret: required(&stored, "secret")?,
        })
    }
}

fn required<T: DeserializeOwned, E: Error>(stored: &Object, name: &'static str) -> Result<T, E> {
    optional(stored, name)?.ok_or_else(|| E::missing_field(name))
}

/// What is there and isn't what was stored is an error that doesn't quote it: it may be secret.
fn optional<T: DeserializeOwned, E: Error>(
    stored: &Object,
    name: &'static str,
) -> Result<Option<T>, E> {
    let value = stored.get(name).filter(|value| !value.is_null());
    let read = value.map(|value| value.parse()).transpose();
    read.map_err(|_| E::custom(format_args!("`{name}` is not what was stored")))
}
