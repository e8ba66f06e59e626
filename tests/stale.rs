//! A connection that the platform closes while the user decides does not cost the provision, on both
//! clients: the one-time code would be gone, and the outcome unknown.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use ce_core::{Config, ConnectOutcome, ConnectRequest, Credentials, Limits};
use ce_tests::{AnyClient, on_both_clients};

on_both_clients! {
    what_was_closed_meanwhile_is_not_written_to,
    a_creation_never_takes_a_kept_connection,
}

/// Answers one request on each connection, keeps it open, and closes it when told to.
struct Closing {
    address: SocketAddr,
    close: Sender<()>,
    closed: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Closing {
    fn start(connections: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (close, told) = channel();
        let (tell, closed) = channel();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().take(connections) {
                let stream = stream.unwrap();
                answer(&stream);
                told.recv().unwrap();
                drop(stream);
                tell.send(()).unwrap();
            }
        });
        Self {
            address,
            close,
            closed,
            thread,
        }
    }

    /// Closes the open connection; on loopback the client's end knows when this returns, but nobody
    /// has looked at it.
    fn close(&self) {
        self.close.send(()).unwrap();
        self.closed.recv().unwrap();
    }
}

/// Answers one request, and returns its first line.
fn answer(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let body = if first.starts_with("GET") {
        r#"{"oauthUrl":"https://provider.example/authorize?state=s"}"#
    } else {
        r#"{"id":7,"name":"n","token":"t","element":{}}"#
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    (&*stream)
        .write_all(format!("{head}{body}").as_bytes())
        .unwrap();
    first
}

fn connect() -> ConnectRequest {
    ce_tests::instagram().state("s")
}

async fn what_was_closed_meanwhile_is_not_written_to<C: AnyClient>() {
    const FLOWS: usize = 20;
    let server = Closing::start(2 * FLOWS);
    let base_url = format!("http://{}", server.address);
    let config = Config::new(&base_url, Credentials::new("u", "o")).unwrap();
    // What is closed takes the only attempt with it.
    let client = C::of(config.with_limits(Limits::default().max_attempts(1)));
    let connect = connect();
    let mut pending = client.begin(&connect).await.unwrap().pending;
    for flow in 1..=FLOWS {
        server.close();
        let finished = client.finish(&connect, &pending, "code=c&state=s").await;
        assert!(
            matches!(finished, Ok(ConnectOutcome::Connected(_))),
            "{finished:?}"
        );
        server.close();
        if flow < FLOWS {
            // A look at the runtime, so that this call, too, has a connection of its own.
            tokio::task::yield_now().await;
            pending = client.begin(&connect).await.unwrap().pending;
        }
    }
    server.thread.join().unwrap();
}

/// Answers on connections that stay open, and says how many requests each had carried before.
async fn positions<C: AnyClient>(flows: usize) -> Vec<(String, usize)> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    let accepting = std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, tell) = (stream.unwrap(), tell.clone());
            // A connection without a request means the end.
            if stream.peek(&mut [0]).unwrap_or(0) == 0 {
                break;
            }
            std::thread::spawn(move || {
                for position in 0.. {
                    if stream.peek(&mut [0]).unwrap_or(0) == 0 {
                        break;
                    }
                    let _ = tell.send((answer(&stream), position));
                }
            });
        }
    });
    let base_url = format!("http://{address}");
    let config = Config::new(&base_url, Credentials::new("u", "o")).unwrap();
    let client = C::of(config);
    let connect = connect();
    for _ in 0..flows {
        let pending = client.begin(&connect).await.unwrap().pending;
        let finished = client.finish(&connect, &pending, "code=c&state=s").await;
        assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
    }
    drop(TcpStream::connect(address));
    accepting.join().unwrap();
    // Of step 1 and step 2. The client's connections end with its runtime, which stands still here.
    told.into_iter().take(2 * flows).collect()
}

async fn a_creation_never_takes_a_kept_connection<C: AnyClient>() {
    const FLOWS: usize = 200;
    let positions = positions::<C>(FLOWS).await;
    let of = |method: &str| -> Vec<usize> {
        let mut of = Vec::new();
        for (line, position) in &positions {
            if line.starts_with(method) {
                of.push(*position);
            }
        }
        of
    };
    assert_eq!(of("POST"), vec![0; FLOWS]);
    // Others do: each step 1 but the first takes one that was kept.
    let kept = of("GET").into_iter().filter(|position| *position > 0);
    assert_eq!(kept.count(), FLOWS - 1);
}
