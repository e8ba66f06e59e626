//! Connects an account: the base URL and the secrets from the environment, the callback from the
//! command line's input.

#[path = "../../blocking-by-hand/src/callback.rs"]
mod callback;
#[path = "../../blocking-by-hand/src/documents.rs"]
mod documents;

use std::time::Duration;

use documents::{AuthorizationUrl, CreateInstance, Instance};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(connect())
}

async fn connect() -> Result<(), Box<dyn std::error::Error>> {
    let setting = std::env::var;
    let base_url = setting("BASE_URL")?;
    let (user, organization) = (setting("USER_SECRET")?, setting("ORGANIZATION_SECRET")?);
    let authorization = format!("User {user}, Organization {organization}");
    let (api_key, api_secret) = (setting("API_KEY")?, setting("API_SECRET")?);
    let callback_url = setting("CALLBACK_URL")?;
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(120))
        .build()?;

    let state = callback::state()?;
    let query = [
        ("apiKey", api_key.as_str()),
        ("apiSecret", &api_secret),
        ("callbackUrl", &callback_url),
        ("state", &state),
    ];
    let answer: AuthorizationUrl = http
        .get(format!("{base_url}/elements/instagram/oauth/url"))
        .query(&query)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    let url = answer.oauth_url;
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err("no authorization URL".into());
    }
    println!("{url}");

    let mut callback = String::new();
    std::io::stdin().read_line(&mut callback)?;
    let code = callback::code(&callback, &state)?;
    let body = CreateInstance::new(code, &api_key, &api_secret, &callback_url);
    let instance: Instance = http
        .post(format!("{base_url}/instances"))
        .header("authorization", &authorization)
        .json(&body)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    println!("{}", instance.token);
    Ok(())
}
