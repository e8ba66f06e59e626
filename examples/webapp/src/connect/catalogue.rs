//! What can be connected, asked of the platform once in a while, and by nobody's request: no page waits for a
//! platform that stalls or fails.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use ce_async::calls::ListElements;
use ce_async::model::{AuthenticationScheme, Element};
use ce_async::{Client, ConnectRequest, Error, Preflight, Requirement};
use http::StatusCode;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// An element on offer.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Returns `true` if it takes OAuth 1.0a. The flow is the same all the same.
    pub(crate) oauth1: bool,
    /// Returns `true` if it reports what changes.
    pub(crate) events: bool,
    /// What the user has to fill in, beside the account's name.
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) hint: String,
}

/// The catalogue of one replica, as it was loaded last: `None` until a load has worked.
pub(crate) struct Catalogue(watch::Receiver<Option<Arc<Vec<Offer>>>>);

/// The catalogue changes with the platform's releases.
const FRESH: Duration = Duration::from_secs(600);
/// So long after a failure it is asked for again.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// So long the start waits for the first load.
const START_WAITS: Duration = Duration::from_secs(5);
/// The bounds of what a load reads: two thousand elements, where the platform has some two hundred.
const PAGES: u32 = 40;
const PAGE_SIZE: u32 = 50;
const PAGE_BYTES: usize = 2 * 1024 * 1024;

impl Catalogue {
    /// Loads the catalogue now and again, until it is told to stop. If `only` names elements, these alone
    /// are on offer.
    ///
    /// Fails if the platform refuses the credentials: better now than in a user's flow after the consent. A
    /// platform that can't be reached may be back before the first user comes.
    pub(crate) async fn start(
        client: &Client,
        only: Vec<String>,
        stopping: CancellationToken,
    ) -> anyhow::Result<Self> {
        let config = client.config().clone();
        let limits = config.limits().max_body_bytes(PAGE_BYTES);
        let client = client.with_config(config.with_limits(limits));
        let first = timeout(START_WAITS, load(&client, &only)).await;
        if let Ok(Err(error)) = &first
            && error.status() == Some(StatusCode::UNAUTHORIZED)
        {
            bail!(
                "the platform refuses the credentials: check CE_USER_SECRET, CE_ORGANIZATION_SECRET and \
                 --base-url ({error})"
            );
        }
        let (sender, receiver) = watch::channel(None);
        let keep = move |loaded: Option<Result<_, Error>>| match loaded {
            Some(Ok(offers)) => {
                sender.send_replace(Some(Arc::new(offers)));
                FRESH
            }
            // Better an old one than none.
            failed => {
                let error = failed.and_then(Result::err).map(|error| error.to_string());
                tracing::warn!(error, "the catalogue could not be loaded");
                RETRY_AFTER
            }
        };
        let mut pause = keep(first.ok());
        tokio::spawn(stopping.run_until_cancelled_owned(async move {
            loop {
                sleep(pause).await;
                pause = keep(Some(load(&client, &only).await));
            }
        }));
        Ok(Self(receiver))
    }

    /// The offers, if they are known.
    pub(crate) fn offers(&self) -> Option<Arc<Vec<Offer>>> {
        self.0.borrow().clone()
    }
}

/// The offers of the first pages. Of each page no more is kept than what is shown.
async fn load(client: &Client, only: &[String]) -> Result<Vec<Offer>, Error> {
    let mut offers = Vec::new();
    let mut call = ListElements::new().page_size(PAGE_SIZE);
    for _ in 0..PAGES {
        let page = client.send(call).await?;
        // The platform names a next page even if that is empty.
        let next = page.next.filter(|_| !page.items.is_empty());
        let items = page.items.into_iter().filter_map(offer);
        offers.extend(items.filter(|offer| only.is_empty() || only.contains(&offer.key)));
        let Some(next) = next else { break };
        call = ListElements::new().page_size(PAGE_SIZE).from_page(next);
    }
    offers.sort_by(|one, other| one.name.cmp(&other.name));
    offers.dedup_by(|one, other| one.key == other.key);
    Ok(offers)
}

/// `None` if no consent page leads to it.
fn offer(element: Element) -> Option<Offer> {
    let scheme = element.scheme();
    let scheme = scheme.filter(AuthenticationScheme::needs_consent)?;
    let key = element.key.clone()?;
    let preflight = Preflight::new(&ConnectRequest::new(key.clone()), &element);
    let requirements = preflight.requirements().unwrap_or_default().iter();
    let switch = Some("event.notification.enabled");
    let events = requirements
        .clone()
        .any(|it| it.entry.key.as_deref() == switch);
    let required = requirements.filter(|requirement| requirement.required);
    let fields = required.filter_map(|Requirement { entry, .. }| {
        let key = entry.key.clone().filter(|key| !key.starts_with("oauth."))?;
        let label = entry.name.clone().unwrap_or_else(|| key.clone());
        let hint = entry.description.clone().unwrap_or_default();
        Some(Field { key, label, hint })
    });
    let key = key.to_string();
    Some(Offer {
        name: element.name.unwrap_or_else(|| key.clone()),
        description: element.description.unwrap_or_default(),
        oauth1: scheme == AuthenticationScheme::OAuth1,
        events,
        fields: fields.collect(),
        key,
    })
}

/// The parameter of step 1 that says the same as an entry of the configuration. Elements whose
/// every customer has a site of their own want it in both places.
pub(crate) fn step_1_parameter(entry: &str) -> Option<&'static str> {
    let letters = entry.chars().filter(char::is_ascii_alphanumeric);
    let words = letters.collect::<String>().to_ascii_lowercase();
    let mut parameters = ["siteAddress", "subdomain"].into_iter();
    parameters.find(|parameter| words.ends_with(&parameter.to_ascii_lowercase()))
}
