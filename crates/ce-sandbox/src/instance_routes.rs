use crate::answer::Outcome;
use crate::operation::Operation;
use crate::platform::Platform;
use crate::request::Request;
use crate::which::Which;
use crate::{
    configuration_entries, create_instance, enabled, instances, patch_instance, put_instance,
};

/// What there is below `/instances`. Every path that names an instance is there without its id as
/// well, for the element token to name it.
#[derive(Debug, PartialEq)]
pub(crate) enum Action<'a> {
    /// Or the token's own instance, if there is one in the header.
    List,
    Create,
    Show(Which<'a>),
    Patch(Which<'a>),
    Put(Which<'a>),
    Delete(Which<'a>),
    Enable(Which<'a>),
    Disable(Which<'a>),
    ListConfiguration(Which<'a>),
    ShowConfiguration(Which<'a>, &'a str),
    PatchConfiguration(Which<'a>, &'a str),
}

pub(crate) fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    use Action::*;
    let (which, path) = match path {
        [] | ["enabled" | "configuration", ..] => (Which::Own, path),
        [id, rest @ ..] => (Which::Id(id), rest),
    };
    match (method, path, which) {
        ("GET", [], Which::Own) => Some(List),
        ("POST", [], Which::Own) => Some(Create),
        ("GET", [], which) => Some(Show(which)),
        ("PATCH", [], which) => Some(Patch(which)),
        ("PUT", [], which) => Some(Put(which)),
        ("DELETE", [], which) => Some(Delete(which)),
        ("PUT", ["enabled"], which) => Some(Enable(which)),
        ("DELETE", ["enabled"], which) => Some(Disable(which)),
        ("GET", ["configuration"], which) => Some(ListConfiguration(which)),
        ("GET", ["configuration", entry], which) => Some(ShowConfiguration(which, entry)),
        ("PATCH", ["configuration", entry], which) => Some(PatchConfiguration(which, entry)),
        _ => None,
    }
}

impl Action<'_> {
    pub(crate) fn operation(&self) -> Operation {
        use Action::*;
        match self {
            Create => Operation::CreateInstance,
            List | Show(_) | Patch(_) | Put(_) | Delete(_) | Enable(_) | Disable(_) => {
                Operation::Instances
            }
            ListConfiguration(_) | ShowConfiguration(..) | PatchConfiguration(..) => {
                Operation::Configuration
            }
        }
    }

    pub(crate) async fn answer(self, platform: &Platform, request: &Request) -> Outcome {
        use Action::*;
        match self {
            List => instances::list(platform, request),
            Create => create_instance::create(platform, request, None).await,
            Show(which) => instances::show(platform, request, which),
            Patch(which) => patch_instance::patch(platform, request, which),
            Put(which) => put_instance::put(platform, request, which),
            Delete(which) => instances::delete(platform, request, which),
            Enable(which) => enabled::set(platform, request, which, true),
            Disable(which) => enabled::set(platform, request, which, false),
            ListConfiguration(which) => configuration_entries::list(platform, request, which),
            ShowConfiguration(which, entry) => {
                configuration_entries::show(platform, request, which, entry)
            }
            PatchConfiguration(which, entry) => {
                configuration_entries::patch(platform, request, which, entry)
            }
        }
    }
}
