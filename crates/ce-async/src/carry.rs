use bytes::Bytes;
use ce_core::{Attempt, Delivery, Idempotency, Response, TransportCause, TransportError, http};

/// Carries one request to the platform, and its answer back, within the attempt's time.
pub(crate) async fn carry(
    client: &reqwest::Client,
    attempt: Attempt,
) -> Result<Response, TransportError> {
    // A bound on the request itself would do the same, for an allocation or two.
    let carried = tokio::time::timeout(attempt.timeout, there_and_back(client, attempt)).await;
    carried.unwrap_or_else(|elapsed| {
        let late = TransportError::new(Delivery::MaybeSent, TransportCause::Timeout);
        Err(late.with_source(elapsed))
    })
}

async fn there_and_back(
    client: &reqwest::Client,
    attempt: Attempt,
) -> Result<Response, TransportError> {
    if attempt.idempotency == Idempotency::NonIdempotent {
        // The runtime looks at its sockets: an idle connection that the platform has closed leaves
        // the pool now, instead of taking the request with it.
        tokio::task::yield_now().await;
    }
    let request = reqwest::Request::try_from(attempt.request.into_exposed()).map_err(not_sent)?;
    let mut answer = client.execute(request).await.map_err(failed)?;
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    *response.body_mut() = body(answer, attempt.max_body_bytes).await?;
    Ok(response.into())
}

/// The whole body, without a copy where it comes in one piece.
async fn body(mut answer: reqwest::Response, most: usize) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::new(Delivery::MaybeSent, TransportCause::TooLarge);
    let announced = answer.content_length();
    if announced.is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let Some(first) = answer.chunk().await.map_err(failed)? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(too_large());
    }
    if announced == Some(first.len() as u64) {
        return Ok(first);
    }
    // What a peer announces is no reason to reserve more than a little.
    let capacity = announced.unwrap_or(0).min(1 << 20) as usize;
    let mut whole = Vec::with_capacity(capacity);
    whole.extend_from_slice(&first);
    // The connection reads on into the same memory, once nobody holds it.
    drop(first);
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if whole.len() + chunk.len() > most {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.into())
}

fn not_sent(error: reqwest::Error) -> TransportError {
    TransportError::new(Delivery::NotSent, TransportCause::Connect).with_source(error.without_url())
}

fn failed(error: reqwest::Error) -> TransportError {
    let delivery = if error.is_connect() {
        Delivery::NotSent
    } else {
        Delivery::MaybeSent
    };
    let cause = if error.is_timeout() {
        TransportCause::Timeout
    } else if error.is_connect() {
        TransportCause::Connect
    } else {
        TransportCause::Interrupted
    };
    // The URL may hold the API secret.
    TransportError::new(delivery, cause).with_source(error.without_url())
}
