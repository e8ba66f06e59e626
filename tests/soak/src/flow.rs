//! One connection, from the authorization URL to the token, and what it says of itself.

use std::time::{Duration, Instant};

use ce_async::{ConnectOutcome, ConnectRequest, Error, Limits};
use ce_sandbox::Sandbox;
use ce_tests::AnyClient;

use crate::account::{Account, Told};

pub fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_secs(3))
        .attempt_timeout(Duration::from_millis(750))
        .provisioning_timeout(Duration::from_secs(4))
        .recovery_timeout(Duration::from_secs(8))
        .backoff(Duration::from_millis(20))
        .max_body_bytes(1024 * 1024)
}

/// Connects account `number`; what it was told is noted.
pub async fn connect(client: &AnyClient, sandbox: &Sandbox, number: usize, account: &mut Account) {
    // A flow that ends without an instance is begun again, as a user would.
    for attempt in 0..40 {
        let name = format!("{number}.{attempt}");
        let connect = ConnectRequest::new("instagram")
            .api_key("k")
            .api_secret("s")
            .callback_url("https://app.example/callback")
            .name(&name)
            .recoverable();
        let began = Instant::now();
        let redirect = client.begin(&connect).await;
        account.took(began.elapsed(), limits().timeout);
        let Ok(redirect) = redirect else {
            account.not_begun += 1;
            continue;
        };
        let Ok(callback) = sandbox.allow(redirect.url.as_str()) else {
            continue;
        };

        let began = Instant::now();
        let mut finished = client.finish(&connect, &redirect.pending, &callback).await;
        let deadline = limits().provisioning_timeout + limits().recovery_timeout;
        account.took(began.elapsed(), deadline);
        // What is still unknown is looked for again, from what the session holds.
        for _ in 0..20 {
            if !matches!(finished, Err(Error::OutcomeUnknown(_))) {
                break;
            }
            account.reconciled += 1;
            let began = Instant::now();
            finished = client
                .reconcile(&redirect.pending)
                .await
                .map(ConnectOutcome::from);
            account.took(began.elapsed(), limits().recovery_timeout);
        }
        match finished {
            Ok(ConnectOutcome::Connected(instance)) => {
                account.note(name, Told::Connected(instance.token));
                return;
            }
            Ok(ConnectOutcome::Denied(_)) => account.note(name, Told::Wrong("denied")),
            Err(error) => account.note(name, told(&error)),
        }
    }
}

/// What an error says of the instance.
fn told(error: &Error) -> Told {
    match error {
        Error::NotCreated | Error::Unavailable(_) | Error::Redirected(_) => Told::NotCreated,
        Error::Transport(source) if source.delivery() == ce_async::Delivery::NotSent => {
            Told::NotCreated
        }
        Error::OutcomeUnknown(unknown) => Told::Unknown(unknown.reason().to_string()),
        Error::Refused(_) => Told::Wrong("refused"),
        Error::Transport(_) => Told::Wrong("transport, although it may have been sent"),
        Error::Decode(_) => Told::Wrong("unreadable"),
        _ => Told::Wrong("another error"),
    }
}
