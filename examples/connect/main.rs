//! Connects a user's account at a provider, and shows every step.
//!
//! `cargo run --example connect`, or `-- --help` for what else it can do.

mod browser;
mod client;
mod failure;
mod options;
mod output;
mod preflight;
mod shown;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use ce_async::ConnectOutcome;
use ce_async::calls::{CheckCredentials, Ping};
use ce_async::model::Instance;
use clap::Parser as _;

use crate::browser::Listener;
use crate::client::Client;
use crate::failure::Failure;
use crate::options::{Consent, Options};
use crate::output::{say, show_instance, step};

/// `true` while an instance may come to be that nobody knows of yet.
static CREATING: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    // Not needed with the default features: these examples are built with ring, which is quicker.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    match connect(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(format_args!("connect: {}", failure.sentence));
            ExitCode::from(failure.code)
        }
    }
}

fn connect(options: &Options) -> Result<(), Failure> {
    ctrlc::set_handler(stop)?;
    let client = format!("{:?} client", options.client).to_lowercase();
    let element = &options.element;
    say(format_args!(
        "Connecting an account at {element}, with the {client}."
    ));
    // The sandbox lives as long as the job.
    let (_sandbox, config) = options.platform()?;
    say(format_args!("The platform: {}", config.base_url()));
    let client = Client::new(options.client, config.with_limits(options.limits()))?;
    let listener = match options.consent {
        Consent::Browser => Some(Listener::bind(&options.callback_url)?),
        Consent::Allow | Consent::Deny => None,
    };
    let listens_at = listener.as_ref().map(|listener| &listener.callback_url);
    let callback_url = listens_at.unwrap_or(&options.callback_url);

    step(
        "Check the credentials, by a search: wrong ones would show only after the user's consent.",
    );
    client.send(CheckCredentials)?;
    say("   It accepts the credentials, whatever it finds.");
    let connect = preflight::request(options, &client, callback_url)?;
    if options.preflight {
        return Ok(());
    }

    let consent = if connect.needs_consent() {
        step("1. Ask the platform where to send the user.");
        let redirect = client.begin(&connect)?;

        step("2. The user decides, on the provider's page.");
        let callback = match listener {
            Some(listener) => listener.wait(&redirect)?,
            None => browser::press(options.consent, redirect.url.as_str(), callback_url)?,
        };
        say("   The browser came back.");
        Some((redirect.pending, callback))
    } else {
        step("No user is asked: the configuration is enough.");
        None
    };

    step("3. Create the instance, unless it was denied. The platform may take half a minute.");
    CREATING.store(true, Ordering::Relaxed);
    let outcome = match &consent {
        Some((pending, callback)) => client.finish(&connect, pending, callback),
        None => client.provision(&connect).map(ConnectOutcome::from),
    };
    CREATING.store(false, Ordering::Relaxed);
    let instance = match outcome? {
        ConnectOutcome::Connected(instance) => instance,
        ConnectOutcome::Denied(denied) if denied.is_by_user() => {
            return Err(Failure::new(3, denied));
        }
        ConnectOutcome::Denied(denied) => {
            let denied = denied.to_string();
            let denied = denied.trim_end_matches('.');
            return Err(Failure::new(
                4,
                format_args!(
                    "{denied}; nothing was created, and it wasn't the user: try again later, or look at \
                     what the provider has registered"
                ),
            ));
        }
    };
    let used = show_instance(options, &instance).and_then(|()| ping(&client, &instance));
    used.map_err(|failure| {
        let (id, sentence) = (instance.id, failure.sentence);
        Failure::new(
            failure.code,
            format_args!("instance {id} was created, but: {sentence}"),
        )
    })
}

fn ping(client: &Client, instance: &Instance) -> Result<(), Failure> {
    step("4. Use its token: ping through the new instance.");
    client.send(Ping::through(&instance.token))?;
    say("   It works.");
    Ok(())
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
