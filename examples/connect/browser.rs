//! The user's browser: played by this program, or the user's own, which is waited for.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::{Method, StatusCode, Uri};
use ce_async::reqwest::Url;
use ce_async::{AuthorizationRedirect, CallbackError};
use ce_blocking::ureq;
use tokio::net::TcpListener as TokioListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::failure::Failure;
use crate::options::Consent;
use crate::output::say;

/// Presses a button of the sandbox's consent page. Returns where the browser is sent then: the callback
/// URL, with its parameters.
pub fn press(consent: Consent, page: &str, callback_url: &str) -> Result<String, Failure> {
    let button = match consent {
        Consent::Deny => "deny",
        Consent::Allow | Consent::Browser => "allow",
    };
    say(format_args!("   This program plays the user: {button}."));
    let response = ureq::post(page)
        .config()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)))
        // It would not reach a sandbox on this machine.
        .proxy(None)
        .build()
        .send_form([("decision", button)])?;
    let location = response.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    // A callback URL may lack the scheme, which the provider adds.
    let is_callback = |url: &&str| without_query(url).contains(without_query(callback_url));
    location.filter(is_callback).map(str::to_owned).ok_or_else(|| {
        Failure::new(6, format_args!(
            "{} (status {}) does not send the browser to the callback URL, as a sandbox's consent \
             page does; use --consent browser with a real provider",
            without_query(page),
            response.status().as_u16(),
        ))
    })
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Waits at the callback URL for the user's own.
pub struct Listener {
    listener: TcpListener,
    path: String,
    pub callback_url: String,
}

impl Listener {
    /// Listens at the callback URL, or on a free port if it says 0.
    pub fn bind(callback_url: &str) -> Result<Self, Failure> {
        let url = Url::parse(callback_url).ok();
        let mut url = url.filter(|url| url.scheme() == "http");
        let addresses = url.as_ref().and_then(|url| url.socket_addrs(|| None).ok());
        let is_here = |all: &Vec<SocketAddr>| all.iter().all(|it| it.ip().is_loopback());
        let addresses = addresses.filter(is_here).ok_or_else(|| {
            Failure::usage(
                "--consent browser waits at the callback URL itself, so --callback-url must be http \
                 on this machine, such as http://localhost:8080/callback",
            )
        })?;
        let listener = TcpListener::bind(&*addresses).map_err(|error| {
            Failure::usage(format_args!(
                "can't listen at {callback_url}: {error}; choose another port with --callback-url"
            ))
        })?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let path = url.as_ref().map_or("/", Url::path).to_owned();
        let any_port = url.as_mut().filter(|url| url.port() == Some(0));
        let callback_url = match any_port {
            Some(url) => {
                let _ = url.set_port(Some(port));
                url.to_string()
            }
            // As it is registered with the provider, to the letter.
            None => callback_url.to_owned(),
        };
        Ok(Self {
            listener,
            path,
            callback_url,
        })
    }

    /// Waits for a callback that answers this flow. A forged one is no reason to stop waiting.
    #[tokio::main(flavor = "current_thread")]
    pub async fn wait(self, redirect: &AuthorizationRedirect) -> Result<String, Failure> {
        say("   Open this page in your browser, and decide (Ctrl-C ends the program):");
        say("");
        say(format_args!("   {}", redirect.url.as_str()));
        let (sender, mut callbacks) = mpsc::channel(1);
        let (pending, path) = (redirect.pending.clone(), self.path);
        let answer = async move |method: Method, uri: Uri| {
            let callback = uri.to_string();
            let (status, words) = match pending.read_callback(&callback, SystemTime::now()) {
                _ if method != Method::GET || uri.path() != path => {
                    (StatusCode::NOT_FOUND, "Nothing here.")
                }
                Ok(_) | Err(CallbackError::Expired) => {
                    let _ = sender.send(callback).await;
                    (StatusCode::OK, "Thank you. You can close this page.")
                }
                Err(_) => (
                    StatusCode::BAD_REQUEST,
                    "This is not the answer that is waited for.",
                ),
            };
            (status, [(CACHE_CONTROL, "no-store")], words)
        };
        let (end, ended) = oneshot::channel::<()>();
        let listener = TokioListener::from_std(self.listener)?;
        let server = axum::serve(listener, Router::new().fallback(answer));
        let server = server.with_graceful_shutdown(async { ended.await.unwrap_or_default() });
        let server = tokio::spawn(server.into_future());
        let callback = callbacks.recv().await.unwrap_or_default();
        // The browser gets its answer. Whoever has only begun to ask gets none.
        drop(end);
        let _ = timeout(Duration::from_secs(1), server).await;
        Ok(callback)
    }
}
