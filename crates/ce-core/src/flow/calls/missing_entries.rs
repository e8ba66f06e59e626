use ce_model::Object;

use crate::error::is_blank_value;

/// The entries that a refusal names as missing and the request lacks.
///
/// The platform's wording isn't published, only that it names them. So a refusal that speaks of
/// something missing or required is searched: for a list behind a colon, and for dotted words such
/// as configurations have. It may find too little, hence the message to the letter beside it.
pub(crate) fn missing_entries(message: &str, sent: Option<&Object>) -> Vec<String> {
    if !speaks_of_lack(message) {
        return Vec::new();
    }
    let mut entries: Vec<String> = Vec::new();
    let named = list(message).unwrap_or_else(|| dotted(message));
    for entry in named {
        let value = sent.and_then(|sent| sent.get(entry));
        let lacking = value.is_none_or(is_blank_value);
        if lacking && !entries.iter().any(|known| known == entry) {
            entries.push(entry.to_owned());
        }
        if entries.len() == MOST {
            break;
        }
    }
    entries
}

/// No element has more, and a message is as long as whoever answers likes.
const MOST: usize = 64;

fn speaks_of_lack(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = ["missing", "required", "must be provided", "not provided"];
    words.iter().any(|word| text.contains(word))
}

/// What stands behind the last colon, if it is nothing but names, and what is said before it is
/// that they are missing: not why, and not what the user has to allow.
fn list(message: &str) -> Option<Vec<&str>> {
    let (before, list) = message.trim().trim_end_matches('.').rsplit_once(':')?;
    let clause = before.rsplit([':', '!', '?']).next().unwrap_or(before);
    let clause = clause.rsplit(". ").next().unwrap_or(clause);
    if !speaks_of_lack(clause) || clause.to_lowercase().contains("scope") {
        return None;
    }
    let names: Vec<&str> = list
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|name| name.trim().trim_matches(['\'', '"', '`', '[', ']']))
        .filter(|name| !name.is_empty())
        .collect();
    let all_names = names.iter().all(|name| is_name(name));
    (all_names && !names.is_empty()).then_some(names)
}

/// Words such as `shop.domain`, wherever they stand; parts of URLs are none.
fn dotted(message: &str) -> Vec<&str> {
    message
        .split_whitespace()
        .filter(|word| !word.contains("://"))
        .flat_map(|word| word.split([',', ';']))
        .map(|word| word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()))
        .filter(|word| is_name(word) && word.contains('.'))
        .filter(|word| word.split('.').all(|part| part.len() > 1))
        .collect()
}

fn is_name(word: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    word.starts_with(|letter: char| letter.is_ascii_alphabetic()) && word.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_named_and_lacking() {
        let sent: Object = [("oauth.api.key", "k"), ("shop.domain", " ")]
            .into_iter()
            .collect();
        for (message, entries) in [
            ("Missing: oauth.api.key, shop.domain", &["shop.domain"][..]),
            (
                "Missing required configuration: username, password",
                &["username", "password"],
            ),
            (
                "Required entries are missing: shop.address, 'subdomain' and zone.",
                &["shop.address", "subdomain", "zone"],
            ),
            (
                "The entries 'db.host' and \"db.name\" are required. Set db.host.",
                &["db.host", "db.name"],
            ),
            (
                "You must set event.poller.refresh_interval: it is required by the element",
                &["event.poller.refresh_interval"],
            ),
            ("missing Shop.zone", &["Shop.zone"]),
            ("Access denied: missing scope: read_products", &[]),
            ("The code is missing. Reason: timeout", &[]),
            ("Request to api.provider.example failed", &[]),
            (
                "A code is required, i.e. the OAuth code. See https://docs.provider.example/oauth.html",
                &[],
            ),
            (
                "The redirect_uri https://app.example.com/cb does not match",
                &[],
            ),
            ("Missing code", &[]),
            ("", &[]),
        ] {
            assert_eq!(missing_entries(message, Some(&sent)), entries, "{message}");
        }
    }

    #[test]
    fn a_message_without_end_names_no_more_than_an_element_may_have() {
        let names: Vec<String> = (0..100_000).map(|number| format!("e.x{number}")).collect();
        let message = format!("Missing: {}", names.join(", "));
        assert_eq!(missing_entries(&message, None), names[..MOST]);
    }
}
