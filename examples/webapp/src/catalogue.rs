//! What can be connected: the platform's elements, as far as a consent page is the way to them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ce_async::calls::ListElements;
use ce_async::model::{AuthenticationScheme, Element};
use ce_async::{Client, Error};
use tokio::sync::Mutex;

/// An element on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Does it take OAuth 1.0a? The flow is the same all the same.
    pub(crate) oauth1: bool,
    /// What the user has to fill in, beside the account's name.
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) hint: String,
}

/// The offers, asked for once in a while.
pub(crate) struct Catalogue {
    only: Vec<String>,
    known: Mutex<Option<(Instant, Arc<Vec<Offer>>)>>,
}

/// The catalogue changes with the platform's releases.
const FRESH: Duration = Duration::from_secs(600);

impl Catalogue {
    pub(crate) fn new(only: Vec<String>) -> Self {
        Self {
            only,
            known: Mutex::new(None),
        }
    }

    pub(crate) async fn offers(&self, client: &Client) -> Result<Arc<Vec<Offer>>, Error> {
        let mut known = self.known.lock().await;
        if let Some((asked, offers)) = &*known
            && asked.elapsed() < FRESH
        {
            return Ok(Arc::clone(offers));
        }
        match elements(client).await {
            Ok(elements) => {
                let offers = Arc::new(offers(elements, &self.only));
                *known = Some((Instant::now(), Arc::clone(&offers)));
                Ok(offers)
            }
            // Better old than none.
            Err(error) => match &*known {
                Some((_, offers)) => Ok(Arc::clone(offers)),
                None => Err(error),
            },
        }
    }
}

/// The whole catalogue, in as few requests as the platform allows.
async fn elements(client: &Client) -> Result<Vec<Element>, Error> {
    let mut listing = client.list(ListElements::new().page_size(200));
    let mut elements = Vec::new();
    while let Some(element) = listing.next().await {
        elements.push(element?);
    }
    Ok(elements)
}

fn offers(elements: Vec<Element>, only: &[String]) -> Vec<Offer> {
    let mut offers: Vec<Offer> = elements
        .into_iter()
        .filter_map(offer)
        .filter(|offer| only.is_empty() || only.contains(&offer.key))
        .collect();
    offers.sort_by(|one, other| one.name.cmp(&other.name));
    offers
}

/// None if there is no consent page that leads to it.
fn offer(element: Element) -> Option<Offer> {
    let scheme = element.scheme()?;
    if !scheme.needs_consent() {
        return None;
    }
    let key = element.key?.to_string();
    let entries = element.configuration.unwrap_or_default().into_iter();
    let fields = entries.filter(|entry| entry.required == Some(true));
    let fields = fields.filter_map(|entry| {
        let key = entry.key.filter(|key| !key.starts_with("oauth."))?;
        Some(Field {
            label: entry.name.unwrap_or_else(|| key.clone()),
            hint: entry.description.unwrap_or_default(),
            key,
        })
    });
    Some(Offer {
        name: element.name.unwrap_or_else(|| key.clone()),
        description: element.description.unwrap_or_default(),
        oauth1: scheme == AuthenticationScheme::OAuth1,
        fields: fields.collect(),
        key,
    })
}

/// The parameter of step 1 that says the same as an entry of the configuration. Elements whose
/// every customer has a site of their own want it in both places.
pub(crate) fn step_1_parameter(entry: &str) -> Option<&'static str> {
    let words: String = entry
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    if words.ends_with("siteaddress") {
        Some("siteAddress")
    } else if words.ends_with("subdomain") {
        Some("subdomain")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offered_is_what_a_consent_page_connects() {
        let elements: Vec<Element> = serde_json::from_str(
            r#"[{"key": "shop", "name": "Shop", "authentication": {"type": "oauth2"},
                 "configuration": [
                    {"key": "oauth.api.key", "required": true},
                    {"key": "shop.site.address", "name": "Site address", "required": true},
                    {"key": "shop.colour", "required": false}]},
                {"key": "art", "authentication": {"type": "oauth2"}},
                {"key": "crm", "authentication": {"type": "basic"}},
                {"key": "odd"}, {"key": "flickr", "authentication": {"type": "oauth1"}}]"#,
        )
        .unwrap();
        let all = offers(elements.clone(), &[]);
        let keys: Vec<_> = all.iter().map(|offer| offer.key.as_str()).collect();
        assert_eq!(keys, ["shop", "art", "flickr"], "by their names");
        let fields: Vec<_> = all[0].fields.iter().map(|field| &*field.label).collect();
        assert_eq!(fields, ["Site address"]);
        let chosen = offers(elements, &["art".to_owned(), "crm".to_owned()]);
        assert_eq!(chosen.len(), 1);
    }

    #[test]
    fn entries_that_step_1_wants_as_well_are_recognized() {
        for (entry, parameter) in [
            ("shopify.site.address", Some("siteAddress")),
            ("zendesk.subdomain", Some("subdomain")),
            ("filter.response.nulls", None),
        ] {
            assert_eq!(step_1_parameter(entry), parameter);
        }
    }
}
