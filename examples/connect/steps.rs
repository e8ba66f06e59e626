//! The job itself: four steps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use ce_async::calls::{CheckCredentials, Ping};
use ce_async::core::CallExecution;
use ce_async::model::Instance;
use ce_async::{
    AuthorizationGrant, CallbackOutcome, Config, ConnectRequest, Credentials, Entropy, Limits,
    PendingAuthorization,
};
use ce_sandbox::Sandbox;

use crate::browser;
use crate::driver::Driver;
use crate::failure::Failure;
use crate::listener::Listener;
use crate::options::{ClientKind, Consent, Options};
use crate::preflight;
use crate::progress;
use crate::redaction::{Told, hide_query};
use crate::telling::{complain, printable, say};

/// From here on an instance may exist.
static CREATING: AtomicBool = AtomicBool::new(false);

pub fn connect(options: &Options) -> Result<(), Failure> {
    mind_ctrl_c()?;
    // The sandbox lives as long as the job.
    let (_sandbox, driver) = config(options)?;
    if options.preflight {
        return preflight::show(options, &driver);
    }
    let listener = match options.consent {
        Some(Consent::Browser) => Some(Listener::bind(options.callback_url.as_deref())?),
        Some(Consent::Allow | Consent::Deny) | None => None,
    };
    let callback_url = listener
        .as_ref()
        .map(Listener::callback_url)
        .or(options.callback_url.as_deref())
        .unwrap_or("http://localhost/callback");
    // Step 1 asks for none, so wrong ones would show after the user's consent.
    driver.run(CallExecution::new(driver.config(), CheckCredentials))?;
    say("It accepts the credentials.");

    let connect = preflight::description(options, &driver, callback_url)?;
    let create = if connect.needs_consent() {
        let granted = consent(options, &driver, &connect, callback_url, listener.as_ref())?;
        connect.create(driver.config(), granted)
    } else {
        say("\nNo user has to be asked: what the configuration holds is enough.");
        let pending =
            PendingAuthorization::new(&connect, &Entropy::from_system()?, SystemTime::now());
        connect.provision(driver.config(), &pending)
    };
    let create = create.map_err(|error| Failure::usage(&error))?;

    say("\n3. Create the instance. The platform may take half a minute.");
    CREATING.store(true, Ordering::Relaxed);
    let created = progress::shown("the platform is creating the instance", || {
        driver.run(Told(create))
    });
    CREATING.store(false, Ordering::Relaxed);
    let instance = created?;

    say("\n4. Use its token: ping through the new instance.");
    let ping = CallExecution::new(driver.config(), Ping::through(&instance.token));
    let pinged = driver.run(Told(ping));

    // The instance exists, whatever became of the ping.
    conclude(options, &instance);
    pinged
        .map(drop)
        .map_err(|error| Failure::after_creation(instance.id, error))
}

/// Steps 1 and 2: sends the user to the provider, and reads what the browser comes back with.
fn consent(
    options: &Options,
    driver: &Driver,
    connect: &ConnectRequest,
    callback_url: &str,
    listener: Option<&Listener>,
) -> Result<AuthorizationGrant, Failure> {
    say("\n1. Ask the platform where to send the user.");
    let entropy = Entropy::from_system()?;
    let begin = connect
        .begin(driver.config(), &entropy, SystemTime::now())
        .map_err(|error| Failure::usage(&error))?;
    let redirect = driver.run(Told(begin))?;

    say("\n2. The user decides, on the provider's page.");
    let url = redirect.url.as_str();
    let returned = match listener {
        Some(listener) => in_the_users_browser(listener, url, &redirect.pending)?,
        None => in_this_program(options, url, callback_url, &redirect.pending)?,
    };
    match returned {
        CallbackOutcome::Granted(granted) => {
            say("   The browser came back with the user's consent.");
            Ok(granted)
        }
        CallbackOutcome::Denied(denied) => Err(Failure::denied(&denied)),
    }
}

fn mind_ctrl_c() -> Result<(), Failure> {
    ctrlc::set_handler(|| {
        complain(if CREATING.load(Ordering::Relaxed) {
            "stopped while the instance was being created: it may exist; look before trying again"
        } else {
            "stopped; no instance was being created"
        });
        std::process::exit(130);
    })
    .map_err(Failure::network)
}

/// The platform that the options name, or a sandbox; and a client for it.
fn config(options: &Options) -> Result<(Option<Sandbox>, Driver), Failure> {
    let kind = match options.client {
        ClientKind::Async => "async",
        ClientKind::Blocking => "blocking",
    };
    say(printable(&format!(
        "Connecting an account at {}, with the {kind} client.",
        options.element
    )));
    let (sandbox, config) = match &options.platform {
        Some((base_url, secrets)) => {
            let credentials = Credentials::new(&*secrets.user, &*secrets.organization);
            let config = if options.allow_unencrypted_http {
                Config::allowing_unencrypted_http(base_url, credentials)
            } else {
                Config::new(base_url, credentials)
            };
            (None, config)
        }
        None => {
            let sandbox = Sandbox::start().map_err(Failure::network)?;
            say("No --base-url is given, so a sandbox plays the platform and the provider.");
            let credentials =
                Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
            let config = Config::new(sandbox.base_url(), credentials);
            (Some(sandbox), config)
        }
    };
    let mut config = config.map_err(|error| Failure::usage(&error))?;
    if let Some(timeout) = options.timeout {
        let limits = Limits::default();
        config = config.with_limits(limits.timeout(timeout).provisioning_timeout(timeout));
    }
    say(format!("The platform: {}", config.base_url()));
    Ok((sandbox, Driver::new(options.client, config)?))
}

fn in_the_users_browser(
    listener: &Listener,
    url: &str,
    pending: &PendingAuthorization,
) -> Result<CallbackOutcome, Failure> {
    say("   Open this page in your browser, and decide (Ctrl-C ends the program):");
    say(printable(&format!("\n   {url}\n")));
    listener.wait(|callback| pending.read_callback(callback, SystemTime::now()))
}

fn in_this_program(
    options: &Options,
    url: &str,
    callback_url: &str,
    pending: &PendingAuthorization,
) -> Result<CallbackOutcome, Failure> {
    let mut shown = url.to_owned();
    hide_query(&mut shown);
    say(printable(&format!("   {shown}")));
    let yes = options.consent != Some(Consent::Deny);
    let word = if yes { "Allow" } else { "Deny" };
    say(format!(
        "   This program plays the user's browser, and chooses {word}."
    ));
    let callback = browser::decide(url, callback_url, yes)?;
    let returned = pending.read_callback(&callback, SystemTime::now());
    returned.map_err(|error| Failure::from(ce_async::Error::from(error)))
}

fn conclude(options: &Options, instance: &Instance) {
    let token = if options.show_token {
        instance.token.expose()
    } else {
        "[redacted]"
    };
    let element = instance
        .element
        .as_ref()
        .and_then(|element| element.key.as_ref())
        .map_or(options.element.as_str(), |key| key.as_str());
    say(printable(&format!(
        "\nConnected: instance {} of {element}, {:?}.",
        instance.id,
        instance.name.as_deref().unwrap_or_default()
    )));
    say(format!("Its token is what an application keeps: {token}"));
    if options.json {
        let object = serde_json::json!({
            "id": instance.id,
            "name": instance.name,
            "element": element,
            "valid": instance.valid,
            "token": token,
        });
        say(object.to_string());
    }
}
