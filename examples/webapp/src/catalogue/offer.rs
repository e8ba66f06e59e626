use ce_async::model::{AuthenticationScheme, Element};

/// An element on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Does it take OAuth 1.0a? The flow is the same all the same.
    pub(crate) oauth1: bool,
    /// Does it report what changes?
    pub(crate) events: bool,
    /// What the user has to fill in, beside the account's name.
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) hint: String,
}

/// A platform that sends more of these is not shown in full.
const FIELDS: usize = 20;
const CHARACTERS: usize = 300;

pub(super) fn sorted(mut offers: Vec<Offer>) -> Vec<Offer> {
    offers.sort_by(|one, other| one.name.cmp(&other.name));
    offers.dedup_by(|one, other| one.key == other.key);
    offers
}

/// As much of a text as a page has room for.
fn short(text: String) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// `None` if no consent page leads to it.
pub(super) fn offer(element: Element) -> Option<Offer> {
    let scheme = element.scheme()?;
    if !scheme.needs_consent() {
        return None;
    }
    let key = element.key?.to_string();
    if key.len() > CHARACTERS {
        return None;
    }
    let entries = element.configuration.unwrap_or_default();
    let is_switch = |key: &Option<String>| key.as_deref() == Some("event.notification.enabled");
    let events = entries.iter().any(|entry| is_switch(&entry.key));
    let fields = entries
        .into_iter()
        .filter(|entry| entry.required == Some(true));
    let fields = fields.filter_map(|entry| {
        let is_asked = |key: &String| !key.starts_with("oauth.") && key.len() <= CHARACTERS;
        let key = entry.key.filter(is_asked)?;
        Some(Field {
            label: short(entry.name.unwrap_or_else(|| key.clone())),
            hint: short(entry.description.unwrap_or_default()),
            key,
        })
    });
    Some(Offer {
        name: short(element.name.unwrap_or_else(|| key.clone())),
        description: short(element.description.unwrap_or_default()),
        oauth1: scheme == AuthenticationScheme::OAuth1,
        events,
        fields: fields.take(FIELDS).collect(),
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
        let all = sorted(elements.into_iter().filter_map(offer).collect());
        let keys: Vec<_> = all.iter().map(|offer| offer.key.as_str()).collect();
        assert_eq!(keys, ["shop", "art", "flickr"], "by their names");
        let fields: Vec<_> = all[0].fields.iter().map(|field| &*field.label).collect();
        assert_eq!(fields, ["Site address"]);
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
