//! Connects an account: the base URL and the secrets from the environment, the callback from the
//! command line's input.

use ce_blocking::{Client, Config, ConnectOutcome, ConnectRequest, Credentials};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = std::env::var;
    let credentials = Credentials::new(setting("USER_SECRET")?, setting("ORGANIZATION_SECRET")?);
    let client = Client::new(Config::new(&setting("BASE_URL")?, credentials)?)?;
    let connect = ConnectRequest::new("instagram")
        .api_key(setting("API_KEY")?)
        .api_secret(setting("API_SECRET")?)
        .callback_url(setting("CALLBACK_URL")?)
        .name("Ann's photos");

    let redirect = client.begin(&connect)?;
    println!("{}", redirect.url.as_str());
    let mut callback = String::new();
    std::io::stdin().read_line(&mut callback)?;
    match client.finish(&connect, &redirect.pending, &callback)? {
        ConnectOutcome::Connected(instance) => println!("{}", instance.token.expose()),
        ConnectOutcome::Denied(denied) => println!("{denied}"),
    }
    Ok(())
}
