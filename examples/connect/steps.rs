//! The whole job: four steps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use ce_async::calls::{CheckCredentials, Ping};
use ce_async::core::CallExecution;
use ce_async::model::Instance;
use ce_async::{
    AuthorizationGrant, CallbackOutcome, Config, ConnectRequest, Credentials, Entropy, Error,
    Limits, PendingAuthorization,
};
use ce_sandbox::Sandbox;

use crate::browser;
use crate::client::Client;
use crate::failure::Failure;
use crate::listener::Listener;
use crate::options::{Consent, Options};
use crate::preflight;
use crate::story::{Shown, escaped, print, say};

/// `true` while an instance may come to be that nobody knows of yet.
static CREATING: AtomicBool = AtomicBool::new(false);

pub fn connect(options: &Options) -> Result<(), Failure> {
    ctrlc::set_handler(stop).map_err(Failure::network)?;
    // The sandbox lives as long as the job.
    let (_sandbox, client) = platform(options)?;
    let listener = match options.consent {
        Consent::Browser => Some(Listener::bind(options.callback_url.as_deref())?),
        Consent::Allow | Consent::Deny => None,
    };
    let listens_at = listener.as_ref().map(|listener| &*listener.callback_url);
    let callback_url = listens_at.or(options.callback_url.as_deref());
    let callback_url = callback_url.unwrap_or("http://localhost/callback");
    // Step 1 works without them, so wrong ones would show after the user's consent.
    client.run(CallExecution::new(client.config(), CheckCredentials))?;
    say("It accepts the credentials.");
    if options.preflight {
        return preflight::show(options, &client, callback_url);
    }
    let connect = preflight::request(options, &client, callback_url)?;
    let create = if connect.needs_consent() {
        let grant = consent(options, &client, &connect, callback_url, listener.as_ref())?;
        connect.create(client.config(), grant)
    } else {
        say("\nNo user is asked: the configuration is enough.");
        let (entropy, now) = (Entropy::from_system()?, SystemTime::now());
        let pending = PendingAuthorization::new(&connect, &entropy, now);
        connect.provision(client.config(), &pending)
    };
    let create = create.map_err(Failure::usage)?;

    say("\n3. Create the instance. The platform may take half a minute.");
    CREATING.store(true, Ordering::Relaxed);
    let created = client.run(Shown(create));
    CREATING.store(false, Ordering::Relaxed);
    let instance = created?;

    say("\n4. Use its token: ping through the new instance.");
    let pinged = client.send(Ping::through(&instance.token));
    // The instance exists, whatever came of the ping.
    let shown = show(options, &instance);
    let ended = pinged.map(drop).map_err(Failure::from).and(shown);
    ended.map_err(|failure| {
        let (id, sentence) = (instance.id, failure.sentence);
        let sentence = format!("instance {id} was created, but: {sentence}");
        Failure::new(failure.code, sentence)
    })
}

/// Steps 1 and 2: sends the user to the provider, and reads what the browser comes back with.
fn consent(
    options: &Options,
    client: &Client,
    connect: &ConnectRequest,
    callback_url: &str,
    listener: Option<&Listener>,
) -> Result<AuthorizationGrant, Failure> {
    say("\n1. Ask the platform where to send the user.");
    let begin = connect.begin(client.config(), &Entropy::from_system()?, SystemTime::now());
    let redirect = client.run(Shown(begin.map_err(Failure::usage)?))?;

    say("\n2. The user decides, on the provider's page.");
    let url = redirect.url.as_str();
    let read = |callback: &str| redirect.pending.read_callback(callback, SystemTime::now());
    let outcome = match listener {
        Some(listener) => {
            say("   Open this page in your browser, and decide (Ctrl-C ends the program):");
            say(format_args!("\n   {}\n", escaped(url)));
            listener.wait(read)?
        }
        None => {
            let choice = match options.consent {
                Consent::Deny => "deny",
                Consent::Allow | Consent::Browser => "allow",
            };
            say(format_args!("   This program plays the user: {choice}."));
            let callback = browser::decide(url, callback_url, choice)?;
            read(&callback).map_err(Error::from)?
        }
    };
    match outcome {
        CallbackOutcome::Granted(grant) => {
            say("   The browser came back with the user's consent.");
            Ok(grant)
        }
        CallbackOutcome::Denied(denied) if denied.is_by_user() => Err(Failure::new(3, denied)),
        CallbackOutcome::Denied(denied) => Err(Failure::new(
            4,
            format_args!(
                "{denied}; nothing was created, and it wasn't the user: try again later, or look \
                 at what the provider has registered for this application"
            ),
        )),
    }
}

/// What Ctrl-C does.
fn stop() {
    let instance = match CREATING.load(Ordering::Relaxed) {
        true => " while the instance was being created: it may exist; look before trying again",
        false => "; no instance was being created",
    };
    say(format_args!("connect: stopped{instance}"));
    std::process::exit(130);
}

/// A client for the platform that the options name, or for a sandbox.
fn platform(options: &Options) -> Result<(Option<Sandbox>, Client), Failure> {
    let element = escaped(options.element());
    let client = format!("{:?}", options.client).to_lowercase();
    say(format_args!(
        "Connecting an account at {element}, with the {client} client."
    ));
    let (sandbox, mut config) = match &options.base_url {
        Some(base_url) => (None, options.platform(base_url)?),
        None => {
            say("No --base-url is given, so a sandbox plays the platform and the provider.");
            let sandbox = Sandbox::start().map_err(Failure::network)?;
            let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
            let config = Config::new(sandbox.base_url(), Credentials::new(user, organization));
            (Some(sandbox), config.map_err(Failure::usage)?)
        }
    };
    if let Some(timeout) = options.timeout {
        let limits = Limits::default()
            .timeout(timeout)
            .provisioning_timeout(timeout);
        config = config.with_limits(limits);
    }
    say(format_args!("The platform: {}", config.base_url()));
    Ok((sandbox, Client::new(options.client, config)?))
}

fn show(options: &Options, instance: &Instance) -> Result<(), Failure> {
    let token = match options.show_token {
        true => instance.token.expose(),
        false => "[redacted]",
    };
    let element = instance.element.as_ref();
    let element = element.and_then(|element| element.key.as_ref());
    let element = element.map_or(options.element(), |key| key.as_str());
    let lines = format!(
        "Connected: instance {} of {}, \"{}\".\nIts token is what an application keeps: {}",
        instance.id,
        escaped(element),
        escaped(instance.name.as_deref().unwrap_or_default()),
        escaped(token)
    );
    say("");
    if !options.json {
        return print(lines);
    }
    say(lines);
    print(serde_json::json!({
        "id": instance.id,
        "name": instance.name,
        "element": element,
        "valid": instance.valid,
        "token": token,
    }))
}
