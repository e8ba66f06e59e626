use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::answer::Refusal;
use crate::platform::Platform;
use crate::redacted::Redacted;

/// The secrets that open the platform's API.
pub(crate) struct Secrets {
    pub(crate) user: Redacted,
    pub(crate) organization: Redacted,
}

impl Secrets {
    pub(crate) fn new(user: &str, organization: &str) -> Self {
        Self {
            user: Redacted::new(user),
            organization: Redacted::new(organization),
        }
    }
}

/// The parts of an `Authorization` header: `User …, Organization …, Element …`.
#[derive(Default)]
pub(crate) struct Credentials {
    user: Option<Redacted>,
    organization: Option<Redacted>,
    element: Option<Redacted>,
}

impl Credentials {
    /// Reads what there is; parts of another kind are nobody's business here.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut credentials = Self::default();
        for value in headers.get_all(AUTHORIZATION) {
            let value = value.to_str().map_err(|_| invalid())?;
            for part in value.split(',') {
                let Some((kind, secret)) = part.trim().split_once(char::is_whitespace) else {
                    continue;
                };
                let place = match kind.to_ascii_lowercase().as_str() {
                    "user" => &mut credentials.user,
                    "organization" => &mut credentials.organization,
                    "element" => &mut credentials.element,
                    _ => continue,
                };
                // Which of two would count? Rather neither.
                if place.replace(Redacted::new(secret.trim())).is_some() {
                    return Err(invalid());
                }
            }
        }
        Ok(credentials)
    }

    pub(crate) fn names_an_element(&self) -> bool {
        self.element.is_some()
    }

    /// Passes a call to the platform: user and organization have to be there, and whatever is
    /// there has to be right.
    pub(crate) fn allow_platform_call(&self, platform: &Platform) -> Result<(), Refusal> {
        self.present(&[("User", &self.user), ("Organization", &self.organization)])?;
        self.check_secrets(platform)?;
        match &self.element {
            Some(_) => self.instance_id(platform).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Passes a call through an instance, and says which. The organization may be left out.
    pub(crate) fn allow_element_call(&self, platform: &Platform) -> Result<u64, Refusal> {
        self.present(&[("User", &self.user), ("Element", &self.element)])?;
        self.check_secrets(platform)?;
        self.instance_id(platform)
    }

    fn present(&self, required: &[(&str, &Option<Redacted>)]) -> Result<(), Refusal> {
        let missing: Vec<&str> = required
            .iter()
            .filter(|(_, part)| part.is_none())
            .map(|(kind, _)| *kind)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(unauthorized(format!(
            "The Authorization header lacks: {}.",
            missing.join(", ")
        )))
    }

    fn check_secrets(&self, platform: &Platform) -> Result<(), Refusal> {
        let secrets = &platform.secrets;
        let right = |given: &Option<Redacted>, expected: &Redacted| {
            given.as_ref().is_none_or(|given| given == expected)
        };
        if right(&self.user, &secrets.user) && right(&self.organization, &secrets.organization) {
            return Ok(());
        }
        Err(invalid())
    }

    fn instance_id(&self, platform: &Platform) -> Result<u64, Refusal> {
        let token = self.element.as_ref().map(Redacted::expose);
        let state = platform.state();
        token
            .and_then(|token| state.instances.of_token(token))
            .map(|instance| instance.id)
            .ok_or_else(invalid)
    }
}

fn unauthorized(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, message)
}

/// Which of them is wrong stays untold.
fn invalid() -> Refusal {
    unauthorized(
        "A user secret, organization secret or element token in the Authorization header is not valid.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    fn platform() -> Platform {
        let platform = Platform::for_test();
        platform
            .state()
            .instances
            .insert(Instance::for_test(7, &[]));
        platform
    }

    fn status<T>(values: &[&str], check: impl Fn(&Credentials) -> Result<T, Refusal>) -> u16 {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        match Credentials::read(&headers).and_then(|credentials| check(&credentials)) {
            Ok(_) => 200,
            Err(refusal) => refusal.status.as_u16(),
        }
    }

    #[test]
    fn platform_calls_need_user_and_organization() {
        let platform = platform();
        let table: &[(&[&str], u16)] = &[
            (&["User u, Organization o"], 200),
            (&["user  u,ORGANIZATION   o "], 200),
            (&["Organization o , User\tu"], 200),
            (&["User u", "Organization o"], 200),
            (&["User u, Organization o, Element token7"], 200),
            (&["User u, Organization o, Other x"], 200),
            (&["User u, Organization o, Element nope"], 401),
            (&["User u, Element token7"], 401),
            (&["User u"], 401),
            (&["User U, Organization o"], 401),
            (&["User u, Organization x"], 401),
            (&["User u, User u, Organization o"], 401),
            (&["User, Organization o"], 401),
            (&["Bearer u"], 401),
            (&[""], 401),
            (&[], 401),
        ];
        for (values, expected) in table {
            let got = status(values, |credentials| {
                credentials.allow_platform_call(&platform)
            });
            assert_eq!(got, *expected, "{values:?}");
        }
    }

    #[test]
    fn element_calls_need_user_and_element() {
        let platform = platform();
        let table: &[(&[&str], u16)] = &[
            (&["User u, Element token7"], 200),
            (&["User u, Organization o, Element token7"], 200),
            (&["User u, Organization x, Element token7"], 401),
            (&["User u, Organization o"], 401),
            (&["Element token7"], 401),
            (&["User u, Element token8"], 401),
        ];
        for (values, expected) in table {
            let got = status(values, |credentials| {
                credentials.allow_element_call(&platform)
            });
            assert_eq!(got, *expected, "{values:?}");
        }
    }

    #[test]
    fn messages_name_what_is_missing_and_quote_nothing() {
        let platform = platform();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, "User hunter2".parse().unwrap());
        let credentials = Credentials::read(&headers).ok().unwrap();
        let refusal = credentials.allow_platform_call(&platform).unwrap_err();
        assert!(
            refusal.message.contains("Organization"),
            "{}",
            refusal.message
        );
        assert!(!refusal.message.contains("hunter2"));
    }
}
