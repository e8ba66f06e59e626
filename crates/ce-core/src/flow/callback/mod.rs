mod authorization_url;
mod denied;
mod provider_data;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use zeroize::Zeroize as _;

use crate::config::url::scheme_and_rest;
use crate::error::{CallbackError, is_blank};

pub(crate) use authorization_url::state_in_url;
pub use denied::Denied;
pub use provider_data::ProviderData;
pub(crate) use provider_data::extras;

/// The parameters with which a provider sent the user's browser back.
#[derive(Debug)]
pub(crate) struct Callback<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// The longest callback that is read, in bytes. Browsers and servers accept less.
const MAX_LENGTH: usize = 64 * 1024;

/// What providers append to the redirect: Facebook `#_=_`, Instagram `#_`. Some frameworks encode the
/// `#` on the way, and some reorder the parameters.
const SUFFIXES: [&str; 2] = ["#_=_", "#_"];

impl<'a> Callback<'a> {
    /// Reads a whole URL, a path with its query, or a query alone, with or without `?`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, CallbackError> {
        if text.len() > MAX_LENGTH {
            return Err(CallbackError::TooLong);
        }
        let text = text.trim();
        let text = text.split('#').next().unwrap_or_default();
        let mut parameters: Vec<_> = pairs(query(text), &['&']).collect();
        for (_, value) in &mut parameters {
            // Only what was decoded can hold a `#`.
            if let Cow::Owned(value) = value {
                let stripped = SUFFIXES
                    .iter()
                    .find_map(|suffix| value.strip_suffix(suffix));
                let length = stripped.unwrap_or(value).len();
                value.truncate(length);
            }
        }
        Ok(Self { parameters })
    }

    /// A parameter's value. If the parameter is repeated, the first that is not blank counts.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut given = self
            .parameters()
            .filter_map(|(key, value)| (key == name).then_some(value));
        given.find(|value| !is_blank(value))
    }

    pub(crate) fn state(&self) -> Option<&str> {
        self.get("state")
    }

    pub(crate) fn code(&self) -> Option<&str> {
        self.get("code")
    }

    /// OAuth 1.0a's counterpart of the code.
    pub(crate) fn verifier(&self) -> Option<&str> {
        self.get("oauth_verifier")
    }

    /// The request token that the callback is about: `oauth_token` (RFC 5849), or `denied`, which
    /// some providers send if the user did not consent.
    pub(crate) fn request_token(&self) -> Option<&str> {
        self.get("oauth_token").or_else(|| self.get("denied"))
    }

    /// The denial, if the callback is one.
    pub(crate) fn denied(&self) -> Option<Denied> {
        let has_proof = self.code().is_some() || self.verifier().is_some();
        // OAuth 1.0a has no word for it, so providers use `oauth_problem` or `denied`. Facebook's
        // dialogs use `error_code` and `error_message`.
        let unofficial = || match self.get("error_code").or(self.get("error_message")) {
            Some(error) => Some(error),
            None => self.get("denied").map(|_| "denied"),
        };
        let error = self
            .get("error")
            .or_else(|| self.get("oauth_problem"))
            .or_else(|| unofficial().filter(|_| !has_proof))?;
        let description = self.get("error_description").or(self.get("error_message"));
        Some(Denied {
            error: error.to_owned(),
            reason: self.get("error_reason").map(str::to_owned),
            description: description.filter(|text| *text != error).map(str::to_owned),
        })
    }

    /// Every parameter, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (&**name, &**value))
    }
}

/// The query of a callback in any of its forms.
fn query(text: &str) -> &str {
    let has_scheme = |(scheme, _): (&str, &str)| scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_url = text.starts_with('/') || scheme_and_rest(text).is_some_and(has_scheme);
    match text.split_once('?') {
        // A bare query may hold an unencoded `?` in a value.
        Some((before, _)) if !is_url && before.contains(['=', '&']) => text,
        Some((_, query)) => query,
        None if is_url && !text.contains('=') => "",
        None => text,
    }
}

/// The decoded names and values of a query.
fn pairs<'a>(
    query: &'a str,
    separators: &'a [char],
) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    query
        .split(separators)
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
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
        for (name, value) in &mut self.parameters {
            for text in [name, value] {
                if let Cow::Owned(text) = text {
                    text.zeroize();
                }
            }
        }
    }
}
