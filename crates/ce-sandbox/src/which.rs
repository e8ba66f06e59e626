use crate::answer::Refusal;
use crate::authorization::Credentials;
use crate::catalogue::number;
use crate::platform::Platform;
use crate::request::Request;

/// Which instance a path is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Which<'a> {
    /// The one that the element token belongs to.
    Own,
    /// The one of this id, whatever element token comes with it.
    Id(&'a str),
}

impl Which<'_> {
    /// Its id, if the call may be made. Of an id from the path there may be no instance.
    pub(crate) fn id(self, platform: &Platform, request: &Request) -> Result<u64, Refusal> {
        let credentials = Credentials::read(&request.headers)?;
        match self {
            Self::Own => credentials.allow_element_call(platform),
            Self::Id(id) => {
                credentials.allow_platform_call(platform)?;
                number(id).ok_or_else(|| unknown(id))
            }
        }
    }
}

pub(crate) fn unknown(id: impl std::fmt::Display) -> Refusal {
    Refusal::not_found(format!("No element instance found with the id {id}."))
}
