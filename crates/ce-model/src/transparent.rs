//! Types that are written and read as the one value that they wrap, as serde's own `transparent` has it.

macro_rules! transparent {
    ($Type:ident($Inside:ty)) => {
        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$Inside as serde::Deserialize>::deserialize(deserializer).map(Self)
            }
        }
    };
}

pub(crate) use transparent;
