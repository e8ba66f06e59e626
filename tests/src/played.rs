use ce_core::model::AuthenticationScheme;
use ce_core::{Config, ConnectRequest, Credentials};
use ce_sandbox::Sandbox;

/// The platform that a sandbox plays.
pub fn config(sandbox: &Sandbox) -> Config {
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    Config::new(sandbox.base_url(), credentials).unwrap()
}

/// An account for which nobody has to be asked; its password is `c4n4ry`.
pub fn sales(name: &str) -> ConnectRequest {
    ConnectRequest::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .configuration("username", "ann")
        .configuration("password", "c4n4ry")
        .name(name)
}

/// An account whose user has to consent.
pub fn instagram() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/callback")
        .name("n")
}
