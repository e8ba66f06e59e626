/// A kind of API call, for faults that shall befall no other.
///
/// ```
/// use ce_sandbox::Operation;
///
/// assert_eq!("create-instance".parse(), Ok(Operation::CreateInstance));
/// assert_eq!(Operation::CreateInstance.name(), "create-instance");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Step 1: asking for the authorization URL.
    OAuthUrl,
    /// Step 2: creating an instance.
    CreateInstance,
    /// Listing, reading, changing, enabling, disabling and deleting instances.
    Instances,
    /// Listing and reading elements, and their metadata.
    Elements,
    /// The ping through an instance.
    Ping,
    /// What comes before step 1 with OAuth 1.0a: asking for a request token.
    OAuthToken,
    /// Reading and changing the single entries of an instance's configuration.
    Configuration,
    /// What is done through an instance to the objects of a resource.
    Resources,
}

/// No operation has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no operation {name:?}; there are {}", names())]
pub struct UnknownOperation {
    name: String,
}

impl Operation {
    /// Every operation.
    pub fn all() -> Vec<Self> {
        use Operation::*;
        vec![
            OAuthToken,
            OAuthUrl,
            CreateInstance,
            Instances,
            Configuration,
            Elements,
            Ping,
            Resources,
        ]
    }

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuthUrl => "oauth-url",
            Self::CreateInstance => "create-instance",
            Self::Instances => "instances",
            Self::Elements => "elements",
            Self::Ping => "ping",
            Self::OAuthToken => "oauth-token",
            Self::Configuration => "configuration",
            Self::Resources => "resources",
        }
    }
}

impl std::str::FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, UnknownOperation> {
        let mut all = Self::all().into_iter();
        all.find(|operation| operation.name() == name)
            .ok_or_else(|| UnknownOperation {
                name: name.to_owned(),
            })
    }
}

fn names() -> String {
    let names: Vec<_> = Operation::all().into_iter().map(Operation::name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_refused_with_the_list() {
        for operation in Operation::all() {
            assert_eq!(operation.name().parse(), Ok(operation));
        }
        for unknown in ["", "Ping", "create"] {
            let error = unknown.parse::<Operation>().unwrap_err().to_string();
            assert!(error.contains(&format!("{unknown:?}")), "{error}");
            for operation in Operation::all() {
                assert!(error.contains(operation.name()), "{error}");
            }
        }
    }
}
