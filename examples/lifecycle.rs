//! What becomes of an instance after it is created: listed, switched off and on, authorized again,
//! deleted. `cargo run --example lifecycle`

use std::io::Write as _;

use ce_blocking::calls::{
    DeleteInstance, DisableInstance, EnableInstance, GetInstance, ListInstances, Ping,
};
use ce_blocking::model::Instance;
use ce_blocking::{Client, Config, ConnectOutcome, ConnectRequest, Credentials, Error};
use ce_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let about = "What becomes of an instance after it is created, in a sandbox";
    clap::Command::new("lifecycle").about(about).get_matches();
    // `println!` would panic once the reader has closed the pipe.
    let mut out = std::io::stdout();
    let sandbox = Sandbox::start()?;
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let client = Client::new(Config::new(sandbox.base_url(), credentials)?)?;
    let connect = |name: &str| {
        ConnectRequest::new("instagram")
            .api_key("client id, from the provider")
            .api_secret("client secret, from the provider")
            .callback_url("https://app.example/callback")
            .name(name)
            .tag("lifecycle")
    };
    let ann = consented(&client, &sandbox, &connect("Ann's photos"))?;
    let bob = consented(&client, &sandbox, &connect("Bob's photos"))?;

    writeln!(out, "List those with a tag:")?;
    for instance in client.list(ListInstances::new().tag("lifecycle")) {
        let instance = instance?;
        let name = instance.name.unwrap_or_default();
        writeln!(out, "  {} {name}", instance.id)?;
    }

    client.send(DisableInstance::new(ann.id))?;
    let disabled = client.send(GetInstance::new(ann.id))?.disabled;
    writeln!(out, "Disable {}: {}", ann.id, disabled == Some(true))?;
    match client.send(Ping::through(&ann.token)) {
        Err(Error::Refused(api_error)) => {
            writeln!(out, "  a ping through it: {}", api_error.status())?;
        }
        other => return Err(format!("a disabled instance answered: {other:?}").into()),
    }

    client.send(EnableInstance::new(&ann.token))?;
    let pong = client.send(Ping::through(&ann.token).of_instance(ann.id))?;
    let endpoint = pong.body.text("endpoint").unwrap_or_default();
    writeln!(out, "Enable {}: {endpoint} answers a ping", ann.id)?;

    let again = connect("Ann's photos, again").reauthorize(ann.id);
    let again = consented(&client, &sandbox, &again)?;
    writeln!(
        out,
        "Re-authorize {}: the same id ({}), the same token ({}), now {}",
        ann.id,
        again.id == ann.id,
        again.token == ann.token,
        again.name.unwrap_or_default()
    )?;

    client.send(DeleteInstance::new(ann.id))?;
    client.send(DeleteInstance::new(&bob.token))?;
    match client.send(Ping::through(&ann.token)) {
        Err(Error::Refused(api_error)) => {
            let status = api_error.status();
            writeln!(out, "Delete both: a ping through the first is {status}")?;
        }
        other => return Err(format!("a deleted instance answered: {other:?}").into()),
    }
    let left = client.list(ListInstances::new()).count();
    writeln!(out, "Left: {left}")?;
    Ok(())
}

/// The flow with a user who allows.
fn consented(
    client: &Client,
    sandbox: &Sandbox,
    connect: &ConnectRequest,
) -> Result<Instance, Box<dyn std::error::Error>> {
    let redirect = client.begin(connect)?;
    let callback = sandbox.allow(redirect.url.as_str())?;
    match client.finish(connect, &redirect.pending, &callback)? {
        ConnectOutcome::Connected(instance) => Ok(*instance),
        ConnectOutcome::Denied(denied) => Err(denied.to_string().into()),
    }
}
