//! The members of a JSON object, as they are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Made of the members of an object.
pub(crate) trait FromMembers<'de>: Sized {
    fn from_members<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Reads an object.
pub(crate) fn deserialize_members<'de, T: FromMembers<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct MembersVisitor<T>(PhantomData<T>);

    impl<'de, T: FromMembers<'de>> Visitor<'de> for MembersVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::from_members(map)
        }
    }

    deserializer.deserialize_map(MembersVisitor(PhantomData))
}

/// All members, in order. Names may stand twice.
pub(crate) struct Members<N, V>(pub(crate) Vec<(N, V)>);

impl<'de, N: Deserialize<'de>, V: Deserialize<'de>> FromMembers<'de> for Members<N, V> {
    fn from_members<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Self(members))
    }
}

impl<'de, N: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Members<N, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_members(deserializer)
    }
}
