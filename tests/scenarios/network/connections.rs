//! A connection that the platform closes while the user decides does not cost the provision: the
//! one-time code would be gone, and the outcome unknown. Nor do dead connections cost a call that may be
//! repeated, however many there are.

use ce_tests::prelude::*;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Notify;

on_both_clients! {
    what_was_closed_meanwhile_is_not_written_to,
    a_creation_never_takes_a_kept_connection,
    after_a_connection_failed_no_kept_one_is_taken,
}

/// Answers one request as the platform does, and keeps the connection.
async fn serve(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let request = read_request(stream).await?;
    respond(stream, &request).await?;
    Some(request)
}

async fn respond(stream: &mut BufReader<TcpStream>, request: &Request) -> Option<()> {
    let body = match request.method().as_str() {
        "GET" => r#"{"oauthUrl":"https://provider.example/authorize?state=s"}"#,
        _ => r#"{"id":7,"token":"t"}"#,
    };
    let answer = answer(200, body);
    stream.write_all(answer.as_bytes()).await.ok()
}

async fn what_was_closed_meanwhile_is_not_written_to(kind: Kind) {
    let close = Arc::new(Notify::new());
    let (tell, closed) = mpsc::channel();
    let told = Arc::clone(&close);
    let server = Server::start(move |stream| {
        let (told, tell) = (Arc::clone(&told), tell.clone());
        async move {
            let mut stream = BufReader::new(stream);
            serve(&mut stream).await?;
            told.notified().await;
            drop(stream);
            tell.send(()).ok()
        }
    });
    // On loopback the client's end knows when this returns, but nobody has looked at it.
    let close = || {
        close.notify_one();
        closed.recv().unwrap();
    };
    // What is closed takes the only attempt with it.
    let client = kind.client(config_at(&server.base_url()));
    let connect = instagram().state("s");
    for _ in 0..20 {
        // A look at the runtime, so that this call, too, has a connection of its own.
        tokio::task::yield_now().await;
        let pending = client.begin(&connect).await.unwrap().pending;
        close();
        connected(client.finish(&connect, &pending, "code=c&state=s").await);
        close();
    }
}

async fn a_creation_never_takes_a_kept_connection(kind: Kind) {
    const FLOWS: usize = 200;
    // Says of each request how many its connection had carried before.
    let (tell, told) = mpsc::channel();
    let server = Server::start(move |stream| {
        let tell = tell.clone();
        async move {
            let mut stream = BufReader::new(stream);
            for position in 0.. {
                let request = serve(&mut stream).await?;
                tell.send((request.method() == "POST", position)).ok()?;
            }
            Some(())
        }
    });
    let client = kind.client(config_at(&server.base_url()));
    let connect = instagram().state("s");
    for _ in 0..FLOWS {
        let pending = client.begin(&connect).await.unwrap().pending;
        connected(client.finish(&connect, &pending, "code=c&state=s").await);
    }
    let (mut created, mut kept) = (0, 0);
    for (is_creation, position) in told.into_iter().take(2 * FLOWS) {
        match is_creation {
            true => created += usize::from(position == 0),
            false => kept += usize::from(position > 0),
        }
    }
    // Others do: each step 1 but the first takes one that was kept.
    assert_eq!((created, kept), (FLOWS, FLOWS - 1));
}

/// A load balancer that restarts, a suspend or a change of network leaves connections that nobody
/// answers: more than a call has attempts.
async fn after_a_connection_failed_no_kept_one_is_taken(kind: Kind) {
    const KEPT: usize = 2;
    let all_are_open = Arc::new(tokio::sync::Barrier::new(KEPT));
    let server = Server::start(move |stream| {
        let all_are_open = Arc::clone(&all_are_open);
        async move {
            let mut stream = BufReader::new(stream);
            let request = read_request(&mut stream).await?;
            if request.uri().path().contains("/early") {
                all_are_open.wait().await;
            }
            respond(&mut stream, &request).await?;
            // Whatever else comes on this connection is not answered.
            read_request(&mut stream).await.map(drop)
        }
    });
    let limits = Limits::default().max_attempts(2);
    let client = kind.client(config_at(&server.base_url()).with_limits(limits));
    let early = || GetElement::new("early");
    match &client {
        AnyClient::Async(client) => {
            let (one, other) = tokio::join!(client.send(early()), client.send(early()));
            one.and(other).unwrap();
        }
        AnyClient::Blocking(client) => std::thread::scope(|scope| {
            for _ in 0..KEPT {
                scope.spawn(|| client.send(early()).unwrap());
            }
        }),
    }
    client.ok(GetElement::new("late")).await;
}
