use http::StatusCode;

use crate::answer::{Answer, Outcome};
use crate::platform::Platform;
use crate::request::Request;
use crate::which::{Which, unknown};

/// `PUT` and `DELETE /instances/{id}/enabled`. A token enables its instance as well as it
/// disabled it.
pub(crate) fn set(
    platform: &Platform,
    request: &Request,
    which: Which<'_>,
    enabled: bool,
) -> Outcome {
    let id = which.id(platform, request)?;
    let mut state = platform.state();
    let changed = state
        .instances
        .change(id, |instance| instance.disabled = !enabled);
    changed.ok_or_else(|| unknown(id))?;
    Ok(Answer::empty(StatusCode::OK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    #[test]
    fn an_instance_is_switched_by_id_and_by_token() {
        let platform = Platform::for_test();
        let instance = Instance::for_test(7, &["a"]);
        platform.state().instances.insert(instance);
        let table = [
            ("User u, Organization o", Which::Id("7"), false, 200),
            ("User u, Element token7", Which::Own, true, 200),
            ("User u, Element token7", Which::Own, false, 200),
            ("User u, Element token7", Which::Own, false, 200),
            ("User u, Organization o", Which::Id("7"), true, 200),
            ("User u, Organization o", Which::Id("8"), false, 404),
            ("User u, Organization o", Which::Id("x"), false, 404),
            ("User u, Element token8", Which::Own, false, 401),
            ("User u, Organization o", Which::Own, false, 401),
            ("User u, Element token7", Which::Id("7"), false, 401),
        ];
        let mut expected = true;
        for (authorization, which, enabled, status) in table {
            let headers = [("authorization", authorization)];
            let request = Request::for_test("PUT", "/", &headers, "");
            let outcome = set(&platform, &request, which, enabled);
            let got = outcome.map_or_else(|refusal| refusal.status, |answer| answer.status);
            assert_eq!(got, status, "{authorization} {which:?}");
            if status == 200 {
                expected = enabled;
            }
            let state = platform.state();
            let instance = state.instances.get(7).unwrap();
            assert_eq!(instance.disabled, !expected, "{authorization} {which:?}");
        }
    }
}
