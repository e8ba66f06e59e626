//! Waits on this machine for the user's browser to come back.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use ce_async::reqwest::Url;
use ce_async::{CallbackError, Error};

use crate::failure::Failure;

pub struct Listener {
    listener: Arc<TcpListener>,
    callback_url: String,
    path: String,
}

impl Listener {
    /// Listens at the callback URL, or on a free port if none is given.
    pub fn bind(callback_url: Option<&str>) -> Result<Self, Failure> {
        let wanted = Url::parse(callback_url.unwrap_or("http://127.0.0.1:0/callback"))
            .map_err(|_| Failure::usage("--callback-url is not a URL"))?;
        let host = wanted
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']']);
        let here = host == "localhost"
            || host
                .parse()
                .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if wanted.scheme() != "http" || !here {
            return Err(Failure::usage(format_args!(
                "--consent browser waits at the callback URL itself, so --callback-url must be http \
                 on this machine, such as http://localhost:8080/callback"
            )));
        }
        let port = wanted.port_or_known_default().unwrap_or_default();
        let listener = TcpListener::bind((host, port)).map_err(|error| {
            let why = match error.kind() {
                ErrorKind::AddrInUse => "another program listens there".to_owned(),
                _ => error.to_string(),
            };
            Failure::usage(format_args!(
                "can't listen at {host}:{port}: {why}; choose another port with --callback-url"
            ))
        })?;
        let address = listener.local_addr().map_err(Failure::network)?;
        let callback_url = match callback_url {
            // As it is registered with the provider, to the letter.
            Some(url) if port != 0 => url.to_owned(),
            _ => format!("http://{address}{}", wanted.path()),
        };
        Ok(Self {
            listener: Arc::new(listener),
            callback_url,
            path: wanted.path().to_owned(),
        })
    }

    pub fn callback_url(&self) -> &str {
        &self.callback_url
    }

    /// Waits until the browser brings a callback that `accept` takes, and thanks it.
    ///
    /// Browsers open connections that they don't use yet, so several are read at once: an idle one
    /// must not hold up the callback on another. What comes after the callback is turned away
    /// until the program ends.
    pub fn wait<T>(
        &self,
        mut accept: impl FnMut(&str) -> Result<T, CallbackError>,
    ) -> Result<T, Failure> {
        let (tell, told) = channel();
        for _ in 0..AT_ONCE {
            let (listener, tell) = (Arc::clone(&self.listener), tell.clone());
            let path = self.path.clone();
            thread::Builder::new()
                .spawn(move || serve(&listener, &path, &tell))
                .map_err(Failure::network)?;
        }
        drop(tell);
        for arrival in told {
            let Arrival { stream, target } = arrival.map_err(Failure::network)?;
            match accept(&target) {
                Ok(accepted) => {
                    let words = "Thank you. You can close this page and go back to the terminal.";
                    answer(&stream, "200 OK", words);
                    return Ok(accepted);
                }
                Err(CallbackError::Expired) => {
                    answer(&stream, "400 Bad Request", "Too late: please begin again.");
                    return Err(Failure::from(Error::from(CallbackError::Expired)));
                }
                Err(why) => answer(&stream, "400 Bad Request", &why.to_string()),
            }
        }
        Err(Failure::network(
            "nothing listens at the callback URL any more",
        ))
    }
}

/// So many connections are read at once: more than a browser opens.
const AT_ONCE: usize = 16;

/// A browser that came to the callback's path.
struct Arrival {
    stream: TcpStream,
    target: String,
}

/// Takes connections one by one, and hands on those that come to the callback's path.
fn serve(listener: &TcpListener, path: &str, tell: &Sender<io::Result<Arrival>>) {
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) => {
                let _ = tell.send(Err(error));
                return;
            }
        };
        let Some(target) = request_target(&stream) else {
            continue;
        };
        if target.split('?').next() != Some(path) {
            answer(&stream, "404 Not Found", "Nothing here.");
            continue;
        }
        // Who comes when nobody waits any more is not kept waiting either.
        if let Err(late) = tell.send(Ok(Arrival { stream, target }))
            && let Ok(Arrival { stream, .. }) = late.0
        {
            answer(&stream, "404 Not Found", "Nothing here.");
        }
    }
}

fn request_target(mut stream: &TcpStream) -> Option<String> {
    // Whoever connects and says little holds nobody up for long.
    let end = Instant::now() + Duration::from_secs(5);
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    // All of the head is read, so that closing doesn't reset the connection.
    while !head.windows(4).any(|four| four == b"\r\n\r\n") && head.len() < 64 * 1024 {
        let left = end.saturating_duration_since(Instant::now());
        stream.set_read_timeout(Some(left)).ok()?;
        let read = stream.read(&mut piece).ok().filter(|read| *read > 0)?;
        head.extend_from_slice(piece.get(..read)?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut words = head.split_whitespace();
    (words.next() == Some("GET")).then_some(())?;
    words.next().map(str::to_owned)
}

fn answer(mut stream: &TcpStream, status: &str, words: &str) {
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content='width=device-width'><title>connect</title>\
         <body style='font:1.1rem system-ui;max-width:30rem;margin:4rem auto;padding:0 1rem'>\
         <h1>connect</h1><p>{words}</p></body></html>"
    );
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
}
