use ce_core::model::AuthenticationScheme;
use ce_core::{Connect, Credentials, Platform};
use ce_sandbox::Sandbox;

/// The platform that a sandbox plays.
pub fn platform(sandbox: &Sandbox) -> Platform {
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    Platform::new(sandbox.base_url(), credentials).unwrap()
}

/// An account for which nobody has to be asked; its password is `c4n4ry`.
pub fn sales(name: &str) -> Connect {
    Connect::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .configuration("username", "ann")
        .configuration("password", "c4n4ry")
        .name(name)
}
