mod outcome;
mod provider_data;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use ce_model::Object;
use percent_encoding::percent_decode_str;
use zeroize::Zeroize as _;

use crate::error::{CallbackError, is_blank};

pub use outcome::{AuthorizationGrant, CallbackOutcome, Denied};
pub use provider_data::ProviderData;

/// The parameters with which a provider sent the user's browser back, in order.
#[derive(Debug)]
pub(crate) struct Callback<'a>(Vec<Pair<'a>>);

/// The name and the value of a parameter, decoded.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The longest callback that is read, in bytes. Browsers and servers accept less.
const MAX_LENGTH: usize = 64 * 1024;

/// The most parameters that are kept besides the flow's own; no provider adds more.
const MOST_EXTRAS: usize = 64;

/// What editors and shells may put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The parameter of the application's own callback URL by which a flow through the OAuth proxy is
/// recognized. No provider uses the name.
pub(in crate::flow) const PROXIED_STATE: &str = "proxied_state";

/// What providers append to the redirect: Facebook `#_=_`, Instagram `#_`. Some frameworks encode the
/// `#` on the way, and some reorder the parameters.
const SUFFIXES: [&str; 2] = ["#_=_", "#_"];

impl<'a> Callback<'a> {
    /// Reads a whole URL, a path with its query, or a query alone, with or without `?`. A query alone
    /// is what the body of a `POST` holds, too (OAuth 2.0 Form Post Response Mode).
    pub(crate) fn parse(text: &'a str) -> Result<Self, CallbackError> {
        if text.len() > MAX_LENGTH {
            return Err(CallbackError::TooLong);
        }
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == BYTE_ORDER_MARK);
        let text = without_suffix(text);
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let query = query(text);
        // Some providers append `?code=…` to a callback URL that has a query already.
        let appended = query.split_once('?').unwrap_or_default().1;
        let mut callback = Self(Vec::new());
        // Where a provider answers in the fragment (`response_mode=fragment`), the query is silent.
        for part in [query, appended, self::query(fragment)] {
            if !callback.is_answer() {
                callback.0.extend(pairs(part).map(without_encoded_suffix));
            }
        }
        // A code that is given alone may end with `=`.
        let is_silent = |(_, value): &Pair<'_>| is_blank(value.trim_matches('='));
        match callback.0.iter().all(is_silent) {
            true => Err(CallbackError::NoParameters),
            false => Ok(callback),
        }
    }

    /// A parameter's value. If the parameter is repeated, the first that is not blank counts.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let counts = |(key, value): &&Pair<'_>| key == name && !is_blank(value);
        self.0.iter().find(counts).map(|(_, value)| &**value)
    }

    /// What the flow is recognized by: `state`, or what the OAuth proxy brings back of the
    /// application's own callback URL.
    ///
    /// The `state` beside that is the proxy's. If the proxy hands the callback on as it is, the `state`
    /// is that whole URL.
    pub(crate) fn state(&self) -> Option<&str> {
        match self.get(PROXIED_STATE) {
            Some(own) => own.split('?').next(),
            None => {
                let state = self.get("state")?;
                let query = state.split_once('?').unwrap_or_default().1;
                let own = query.strip_prefix(PROXIED_STATE);
                own.and_then(|own| own.strip_prefix('=')).or(Some(state))
            }
        }
    }

    /// Returns `true` if the callback has every parameter of another.
    pub(crate) fn contains(&self, other: &Self, is: impl Fn(&str, &str) -> bool) -> bool {
        let has = |(name, value): &Pair<'_>| self.get(name).is_some_and(|given| is(given, value));
        other.0.iter().all(has)
    }

    /// Returns `true` if the callback says how the user decided.
    fn is_answer(&self) -> bool {
        self.has_proof() || self.denied().is_some()
    }

    /// Returns `true` if there is a code or a verifier.
    fn has_proof(&self) -> bool {
        self.get("code").or(self.get("oauth_verifier")).is_some()
    }

    /// The request token that the callback is about: `oauth_token` (RFC 5849), or `denied`, which
    /// some providers send if the user did not consent.
    pub(crate) fn request_token(&self) -> Option<&str> {
        self.get("oauth_token").or_else(|| self.get("denied"))
    }

    /// The denial, if the callback is one.
    pub(crate) fn denied(&self) -> Option<Denied> {
        let message = self.get("error_message");
        // OAuth 1.0a has no word for it, so providers use `denied`, or its extension "Problem
        // Reporting". Facebook's dialogs use `error_code` and `error_message`.
        let official = self.get("error").or(self.get("oauth_problem"));
        let unofficial = self.get("error_code").or(message);
        let unofficial = unofficial.or(self.get("denied").map(|_| outcome::DENIED));
        let error = official.or(unofficial.filter(|_| !self.has_proof()))?;
        let description = self.get("error_description").or(message);
        let description = description.or(self.get("oauth_problem_advice"));
        Some(Denied {
            error: error.to_owned(),
            reason: self.get("error_reason").map(str::to_owned),
            description: description.filter(|text| *text != error).map(str::to_owned),
        })
    }

    /// The parameters that the flow itself does not read. If one is repeated, the first counts.
    pub(crate) fn extras(&self) -> Object {
        #[rustfmt::skip]
        const OF_THE_FLOW: [&str; 5] =
            ["code", "state", PROXIED_STATE, "oauth_token", "oauth_verifier"];
        let mut extras = Object::new();
        let others = self.0.iter();
        let others = others.filter(|(name, _)| !OF_THE_FLOW.contains(&&**name));
        for (name, value) in others.take(MOST_EXTRAS) {
            if extras.get(name).is_none() {
                extras.insert(name, &**value);
            }
        }
        extras
    }
}

/// Returns `true` if an authorization URL carries our `state`, `false` if another, and `None` if it
/// carries none.
///
/// The state is a parameter of the URL itself or, as in OAuth 1.0a's `oauth_callback`, of a URL in one
/// of its parameters.
pub(crate) fn state_in_url(url: &str, is_ours: impl Fn(&str) -> bool) -> Option<bool> {
    // A provider's page may read its parameters from behind `#`, as in `#/login?state=…`.
    fn parameters(url: &str) -> impl Iterator<Item = Pair<'_>> {
        let (_, query) = url.split_once(['?', '#']).unwrap_or_default();
        query.split('#').flat_map(pairs)
    }
    let ours_in = |url: &str| {
        parameters(url)
            .filter(|(name, value)| name.rsplit('?').next() == Some("state") && !is_blank(value))
            .map(|(_, value)| is_ours(&value))
            .reduce(|all, ours| all && ours)
    };
    ours_in(url).or_else(|| parameters(url).find_map(|(_, value)| ours_in(&value)))
}

/// The query of a callback in any of its forms.
fn query(text: &str) -> &str {
    // A query alone names a parameter first, and may hold any of these in a value.
    let first = text.split(['/', ':', '?']).next().unwrap_or_default();
    match first.contains(['=', '&']) {
        true => text,
        false => text.split_once('?').unwrap_or_default().1,
    }
}

fn without_suffix(text: &str) -> &str {
    let mut suffixes = SUFFIXES.iter();
    let stripped = suffixes.find_map(|suffix| text.strip_suffix(suffix));
    stripped.unwrap_or(text)
}

fn without_encoded_suffix((name, mut value): Pair<'_>) -> Pair<'_> {
    // Only what was decoded can hold a `#`.
    if let Cow::Owned(value) = &mut value {
        value.truncate(without_suffix(value).len());
    }
    (name, value)
}

/// The decoded names and values of a query.
fn pairs(query: &str) -> impl Iterator<Item = Pair<'_>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// Decodes `application/x-www-form-urlencoded`, where `+` is a blank.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    // With room for all of it, so that no copy is left behind.
    let mut bytes = Vec::with_capacity(text.len());
    for (index, part) in text.split('+').enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        bytes.extend(percent_decode_str(part));
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|odd| {
        let mut odd = odd.into_bytes();
        let text = String::from_utf8_lossy(&odd).into_owned();
        odd.zeroize();
        text
    }))
}

impl Drop for Callback<'_> {
    /// Wipes what was decoded; the rest is the caller's.
    fn drop(&mut self) {
        for (name, value) in &mut self.0 {
            for text in [name, value] {
                if let Cow::Owned(text) = text {
                    text.zeroize();
                }
            }
        }
    }
}
