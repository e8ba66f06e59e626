//! The whole flow with the blocking client. `cargo run --example minimal_blocking`

use std::io::{Write as _, stdout};
use std::process::ExitCode;

use ce_blocking::calls::{CheckCredentials, Ping};
use ce_blocking::{Client, Config, ConnectOutcome, ConnectRequest, Credentials};
use ce_sandbox::Sandbox;

fn main() -> ExitCode {
    match connect() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What happened, what was done, and what to do. `{:?}` says less.
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn connect() -> Result<(), Box<dyn std::error::Error>> {
    // A stand-in for the platform. In a real application: its URL, and your secrets from its console.
    let sandbox = Sandbox::start()?;
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let client = Client::new(Config::new(sandbox.base_url(), credentials)?)?;
    // Wrong secrets show now, and not after a user's consent.
    client.send(CheckCredentials)?;

    let connect = ConnectRequest::new("instagram")
        .api_key("client id, from the provider")
        .api_secret("client secret, from the provider")
        .callback_url("https://app.example/callback")
        .name("Ann's photos");

    // First handler: store `pending` under its state, with the user; send the browser to `url.as_str()`.
    let redirect = client.begin(&connect)?;

    // The user allows it, and the provider sends the browser to the callback URL.
    let callback = sandbox.allow(redirect.url.as_str())?;

    // Second handler: find `pending` by the callback's state, if this user began it.
    match client.finish(&connect, &redirect.pending, &callback)? {
        ConnectOutcome::Connected(instance) => {
            client.send(Ping::through(&instance.token))?; // the token is what to keep
            let (id, token) = (instance.id, instance.token);
            writeln!(stdout(), "connected: instance {id}, {token:?}")?;
        }
        ConnectOutcome::Denied(denied) => writeln!(stdout(), "{denied}")?,
    }
    Ok(())
}
