use std::sync::Arc;
use std::time::Instant;

use ce_async::calls::Ping;
use ce_async::core::http;
use ce_async::model::ElementToken;
use ce_async::{Delivery, TransportCause};

use super::*;

/// Fails at the first attempt of each call, and answers at the second.
#[derive(Debug)]
struct Fake;

#[async_trait]
impl Transport for Fake {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        if attempt.number == 1 {
            let refused = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Err(refused);
        }
        Ok(http::Response::new(r#"{"endpoint":"instagram"}"#.into()).into())
    }

    // Real waits, which the rate is made of; the back-off between attempts is cut short.
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration.min(Duration::from_millis(5))).await;
    }
}

#[tokio::test]
async fn attempts_are_counted_and_keep_to_the_rate() {
    let config = Config::new("https://platform.example", Credentials::new("u", "o")).unwrap();
    let transport = Arc::new(RateLimited::new(Fake, NonZeroU32::new(50).unwrap()));
    let client = Client::with_transport(config, transport.clone());
    let token = ElementToken::new("token");

    let began = Instant::now();
    for _ in 0..3 {
        client.send(Ping::through(&token)).await.unwrap();
    }

    // A retry is an attempt, too.
    assert_eq!(transport.attempts.load(Ordering::Relaxed), 6);
    // The first is free; each of the others waits for a fiftieth of a second.
    assert!(began.elapsed() >= Duration::from_millis(5 * 20 - 10));
}
