//! What can be connected, asked of the platform once in a while.
//!
//! The first page that needs the catalogue has it loaded, in a task of its own. All others wait for that
//! one load, a few seconds at most. A load that failed is not tried again for a while. So a platform that
//! stalls costs each page seconds once, and not one page after the other its whole timeout.

mod offer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ce_async::calls::ListElements;
use ce_async::{Client, Error};
use tokio::sync::watch;

pub(crate) use offer::{Offer, step_1_parameter};

use crate::error::AppError;

/// The offers, or why there are none.
type Loaded = Result<Arc<Vec<Offer>>, AppError>;

/// The catalogue of one replica.
#[derive(Clone)]
pub(crate) struct Catalogue {
    client: Client,
    only: Arc<[String]>,
    state: Arc<Mutex<State>>,
}

struct State {
    latest: Option<Loaded>,
    /// When it is to be loaded again.
    due: Instant,
    /// The load that goes on.
    load: Option<watch::Receiver<Option<Loaded>>>,
}

/// The catalogue changes with the platform's releases.
const FRESH: Duration = Duration::from_secs(600);
/// So long a failure is remembered.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// So long a page waits for a load.
const PAGE_WAITS: Duration = Duration::from_secs(3);
/// So long a load may take.
const LOAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The bounds of what a load reads: two thousand elements, where the platform has some two hundred.
const PAGES: u32 = 40;
const PAGE_SIZE: u32 = 50;
const PAGE_BYTES: usize = 2 * 1024 * 1024;

impl Catalogue {
    pub(crate) fn new(client: &Client, only: Vec<String>) -> Self {
        let config = client.config();
        let limits = config.limits().max_body_bytes(PAGE_BYTES);
        let state = State {
            latest: None,
            due: Instant::now(),
            load: None,
        };
        Self {
            client: client.with_config(config.clone().with_limits(limits)),
            only: only.into(),
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(crate) async fn offers(&self) -> Loaded {
        let mut load = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(latest) = state.latest.as_ref().filter(|_| Instant::now() < state.due) {
                return latest.clone();
            }
            let load = self.load(&mut state);
            // What is known is shown while it is loaded anew.
            if let Some(Ok(offers)) = &state.latest {
                return Ok(Arc::clone(offers));
            }
            load
        };
        let waited = tokio::time::timeout(PAGE_WAITS, load.wait_for(Option::is_some)).await;
        match waited.ok().and_then(Result::ok).as_deref() {
            Some(Some(loaded)) => loaded.clone(),
            _ => Err(AppError::slow()),
        }
    }

    /// The load that goes on, or a new one.
    fn load(&self, state: &mut State) -> watch::Receiver<Option<Loaded>> {
        // A load that has ended without a word has been dropped.
        let goes_on = state.load.take().filter(|load| load.has_changed().is_ok());
        let load = goes_on.unwrap_or_else(|| {
            let (sender, receiver) = watch::channel(None);
            let catalogue = self.clone();
            tokio::spawn(async move {
                let loaded = catalogue.request().await;
                catalogue.store(&loaded);
                // There may be nobody who waits.
                let _ = sender.send(Some(loaded));
            });
            receiver
        });
        state.load = Some(load.clone());
        load
    }

    fn store(&self, loaded: &Loaded) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.load = None;
        state.due = Instant::now() + if loaded.is_ok() { FRESH } else { RETRY_AFTER };
        // Better old than none.
        if loaded.is_ok() || !matches!(state.latest, Some(Ok(_))) {
            state.latest = Some(loaded.clone());
        }
    }

    async fn request(&self) -> Loaded {
        let elements = tokio::time::timeout(LOAD_TIMEOUT, self.elements()).await;
        let error = match elements {
            Ok(Ok(offers)) => return Ok(Arc::new(offers)),
            Ok(Err(error)) => AppError::of_platform(&error),
            Err(_) => AppError::slow(),
        };
        tracing::warn!(cause = error.cause.as_deref(), "there is no catalogue");
        Err(error)
    }

    /// The offers of the first pages. Of each page no more is kept than what is shown.
    async fn elements(&self) -> Result<Vec<Offer>, Error> {
        let mut offers = Vec::new();
        let mut call = ListElements::new().page_size(PAGE_SIZE);
        for _ in 0..PAGES {
            let page = self.client.send(call).await?;
            // The platform names a next page even if that is empty.
            let is_last = page.items.is_empty();
            let items = page.items.into_iter().take(PAGE_SIZE as usize);
            offers.extend(
                items
                    .filter_map(offer::offer)
                    .filter(|offer| self.has(offer)),
            );
            let Some(next) = page.next.filter(|_| !is_last) else {
                return Ok(offer::sorted(offers));
            };
            call = ListElements::new().page_size(PAGE_SIZE).from_page(next);
        }
        tracing::warn!(
            pages = PAGES,
            "the catalogue has no end; the rest is left out"
        );
        Ok(offer::sorted(offers))
    }

    fn has(&self, offer: &Offer) -> bool {
        self.only.is_empty() || self.only.contains(&offer.key)
    }
}
