//! Waits at the callback URL for the user's own browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use ce_async::reqwest::Url;
use ce_async::{CallbackError, Error};

use crate::failure::Failure;

pub struct Listener {
    listener: TcpListener,
    path: String,
    pub callback_url: String,
}

impl Listener {
    /// Listens at the callback URL, or on a free port if none is given.
    pub fn bind(callback_url: Option<&str>) -> Result<Self, Failure> {
        let url = Url::parse(callback_url.unwrap_or("http://127.0.0.1:0/callback")).ok();
        let url = url.filter(|url| url.scheme() == "http" && is_loopback(url));
        let url = url.ok_or_else(|| {
            Failure::usage(
                "--consent browser waits at the callback URL itself, so --callback-url must be http \
                 on this machine, such as http://localhost:8080/callback",
            )
        })?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or_default();
        let listener = TcpListener::bind((host, port)).map_err(|error| {
            Failure::usage(format_args!(
                "can't listen at {host}:{port}: {error}; choose another port with --callback-url"
            ))
        })?;
        let callback_url = match callback_url {
            // As it is registered with the provider, to the letter.
            Some(url) if port != 0 => url.to_owned(),
            _ => {
                let address = listener.local_addr().map_err(Failure::network)?;
                format!("http://{address}{}", url.path())
            }
        };
        Ok(Self {
            listener,
            path: url.path().to_owned(),
            callback_url,
        })
    }

    /// Waits for a callback that `accept` takes. A forged one is no reason to stop waiting.
    ///
    /// Browsers open connections before they use them, so each is read by a thread of its own: an
    /// idle one must not hold up the callback on another.
    pub fn wait<T>(&self, accept: impl Fn(&str) -> Result<T, CallbackError>) -> Result<T, Failure> {
        let (sender, requests) = channel();
        let listener = self.listener.try_clone().map_err(Failure::network)?;
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                thread::spawn(move || Some(sender.send((request_target(&stream)?, stream))));
            }
        });
        for (target, stream) in requests {
            if target.split('?').next() != Some(&self.path) {
                answer(&stream, "404 Not Found", "Nothing here.");
                continue;
            }
            match accept(&target) {
                Ok(accepted) => {
                    answer(&stream, "200 OK", "Thank you. You can close this page.");
                    return Ok(accepted);
                }
                Err(error) => {
                    answer(&stream, "400 Bad Request", &error.to_string());
                    if error == CallbackError::Expired {
                        return Err(Error::from(error).into());
                    }
                }
            }
        }
        Err(Failure::new(
            6,
            "nothing listens at the callback URL any more",
        ))
    }
}

fn request_target(stream: &TcpStream) -> Option<String> {
    // Whoever connects and says nothing is let go.
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let head = BufReader::new(stream.take(64 * 1024)).lines();
    let mut head = head.map_while(Result::ok);
    let first = head.next()?;
    // All of the head is read: closing before that would reset the connection.
    head.find(String::is_empty)?;
    let target = first.strip_prefix("GET ")?.split(' ').next();
    target.map(str::to_owned)
}

fn answer(mut stream: &TcpStream, status: &str, words: &str) {
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{words}",
        words.len()
    );
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
