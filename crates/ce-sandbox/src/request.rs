use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use crate::answer::Refusal;
use crate::path;
use crate::query::Query;

/// A request that was received whole.
///
/// No `Debug`: secrets travel in its headers, query and body.
pub(crate) struct Request {
    pub(crate) method: http::Method,
    /// The decoded path, or nothing if it is not UTF-8.
    pub(crate) segments: Option<Vec<String>>,
    raw_query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// How much longer than ever it takes to create an instance.
    pub(crate) slowness: Duration,
}

/// What came as the body. Whether a body that is too large or broken matters is the handler's say.
pub(crate) enum Body {
    Whole(Bytes),
    TooLarge,
    Broken,
}

impl Request {
    pub(crate) async fn receive(request: hyper::Request<Incoming>, max_body_bytes: usize) -> Self {
        let (head, body) = request.into_parts();
        Self {
            method: head.method,
            segments: path::segments(head.uri.path()),
            raw_query: head.uri.query().map(str::to_owned),
            headers: head.headers,
            body: collect(body, max_body_bytes).await,
            slowness: Duration::ZERO,
        }
    }

    pub(crate) fn query(&self) -> Result<Query, Refusal> {
        Query::parse(self.raw_query.as_deref().unwrap_or_default().as_bytes())
            .map_err(|_| Refusal::bad_request("The query is not UTF-8 once it is decoded."))
    }

    /// The path, which is given, and the query, as they were sent.
    pub(crate) fn target(&self, path: &str) -> String {
        match &self.raw_query {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// The media type of the body, without its parameters, in lower case.
    pub(crate) fn content_type(&self) -> Option<String> {
        let value = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let essence = value.split(';').next()?;
        Some(essence.trim().to_ascii_lowercase())
    }

    #[cfg(test)]
    pub(crate) fn for_test(
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Self {
        let uri: http::Uri = target.parse().unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Self {
            method: method.parse().unwrap(),
            segments: path::segments(uri.path()),
            raw_query: uri.query().map(str::to_owned),
            headers: headers
                .collect::<Vec<(http::HeaderName, _)>>()
                .into_iter()
                .collect(),
            body: Body::Whole(Bytes::copy_from_slice(body.as_bytes())),
            slowness: Duration::ZERO,
        }
    }
}

/// How much of a body that is too large is still read, and thrown away, so that a client which
/// writes everything before it reads anything gets to see its 413 rather than a reset.
const PATIENCE: usize = 16 << 20;

async fn collect(mut body: Incoming, max: usize) -> Body {
    let announced = body.size_hint().lower();
    if announced > max.saturating_add(PATIENCE) as u64 {
        return Body::TooLarge;
    }
    let mut collected = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Body::Broken;
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        seen = seen.saturating_add(data.len());
        if seen > max.saturating_add(PATIENCE) {
            return Body::TooLarge;
        }
        if seen > max {
            collected = Vec::new();
        } else {
            collected.extend_from_slice(&data);
        }
    }
    if seen > max {
        return Body::TooLarge;
    }
    Body::Whole(collected.into())
}
