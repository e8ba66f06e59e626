//! Connects an account: the base URL and the secrets from the environment, the callback from the
//! command line's input.

mod callback;
mod documents;

use std::time::Duration;

use documents::{AuthorizationUrl, CreateInstance, Instance};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider
        .install_default()
        .map_err(|_| "there is a provider")?;
    let setting = std::env::var;
    let base_url = setting("BASE_URL")?;
    let (user, organization) = (setting("USER_SECRET")?, setting("ORGANIZATION_SECRET")?);
    let authorization = format!("User {user}, Organization {organization}");
    let (api_key, api_secret) = (setting("API_KEY")?, setting("API_SECRET")?);
    let callback_url = setting("CALLBACK_URL")?;
    let tls = ureq::tls::TlsConfig::builder()
        .provider(ureq::tls::TlsProvider::Rustls)
        .root_certs(ureq::tls::RootCerts::PlatformVerifier);
    let config = ureq::Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(Duration::from_secs(120)));
    let agent: ureq::Agent = config.build().into();

    let state = callback::state()?;
    let answer: AuthorizationUrl = agent
        .get(format!("{base_url}/elements/instagram/oauth/url"))
        .query("apiKey", &api_key)
        .query("apiSecret", &api_secret)
        .query("callbackUrl", &callback_url)
        .query("state", &state)
        .call()?
        .body_mut()
        .read_json()?;
    let url = answer.oauth_url;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err("no authorization URL".into());
    }
    println!("{url}");

    let mut callback = String::new();
    std::io::stdin().read_line(&mut callback)?;
    let code = callback::code(&callback, &state)?;
    let body = CreateInstance::new(code, &api_key, &api_secret, &callback_url);
    let instance: Instance = agent
        .post(format!("{base_url}/instances"))
        .header("authorization", &authorization)
        .send_json(&body)?
        .body_mut()
        .read_json()?;
    println!("{}", instance.token);
    Ok(())
}
