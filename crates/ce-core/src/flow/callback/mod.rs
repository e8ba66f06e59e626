mod denied;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use zeroize::Zeroize as _;

use crate::config::url::scheme_and_rest;
use crate::error::is_blank;

pub use denied::Denied;

/// What a provider sent the user's browser back with.
#[derive(Debug)]
pub(crate) struct Callback<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Callback<'a> {
    /// Reads a whole URL, a path with its query, or a query alone, with or without `?`.
    ///
    /// What stands behind `#` is not the provider's answer: Instagram appends `#_`.
    pub(crate) fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let text = text.split('#').next().unwrap_or_default();
        let parameters = query(text)
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        Self { parameters }
    }

    /// A parameter's value. Of one that stands twice, the first counts that isn't blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut given = self.parameters().filter(|(key, _)| *key == name);
        let first = given.next()?.1;
        if is_blank(first) {
            let mut others = given.map(|(_, value)| value);
            return Some(others.find(|value| !is_blank(value)).unwrap_or(first));
        }
        Some(first)
    }

    pub(crate) fn denied(&self) -> Option<Denied> {
        let given = |name| self.get(name).filter(|value| !value.trim().is_empty());
        // OAuth 1.0a has no word for it; providers use one of these two.
        let error = given("error")
            .or_else(|| given("oauth_problem"))
            .or_else(|| {
                given("denied")
                    .filter(|_| self.code().is_none() && self.verifier().is_none())
                    .map(|_| "denied")
            })?;
        let text = |name| given(name).map(str::to_owned);
        Some(Denied {
            error: error.to_owned(),
            reason: text("error_reason"),
            description: text("error_description"),
        })
    }

    pub(crate) fn code(&self) -> Option<&str> {
        let code = self.get("code")?;
        // Where a framework has encoded Instagram's `#_` on the way, it arrives as text.
        let code = code.strip_suffix("#_").unwrap_or(code);
        (!is_blank(code)).then_some(code)
    }

    /// OAuth 1.0a's counterpart of the code.
    pub(crate) fn verifier(&self) -> Option<&str> {
        let verifier = self.get("oauth_verifier")?;
        let verifier = verifier.strip_suffix("#_").unwrap_or(verifier);
        (!is_blank(verifier)).then_some(verifier)
    }

    /// The request token that the callback speaks of: by RFC 5849, or by the parameter that some
    /// providers send when the user denied.
    pub(crate) fn request_token(&self) -> Option<&str> {
        let given = |name| self.get(name).filter(|token| !token.is_empty());
        given("oauth_token").or_else(|| given("denied"))
    }

    /// Every parameter, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (&**name, &**value))
    }
}

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

/// `application/x-www-form-urlencoded`, where `+` is a blank.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    // Never outgrown, so that no copy is left behind.
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

/// What was decoded is wiped; the rest is the caller's.
impl Drop for Callback<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_callback_reads_the_same() {
        for text in [
            "https://app.example/cb?code=a%2Bb%3D&state=s%26t",
            "https://app.example/cb?x=1&code=a%2Bb%3D&state=s%26t#_",
            "/cb?code=a%2Bb%3D&state=s%26t#_",
            "/c=b?code=a%2Bb%3D&state=s%26t",
            "?code=a%2Bb%3D&state=s%26t",
            "code=a%2Bb%3D&state=s%26t",
            "code=a%2Bb%3D&state=s%26t#_",
            "&&code=a%2Bb%3D&&state=s%26t&",
            "code=a%2Bb%3D&state=s%26t&code=other&state=other",
            "code=a%2Bb%3D%23_&state=s%26t",
            " \tapp.example/cb?code=a%2Bb%3D&state=s%26t\n",
            "code=a%2Bb%3D&state=s%26t&error=",
            "code=a%2Bb%3D&state=s%26t&next=https://a.example/?b=c",
        ] {
            let callback = Callback::parse(text);
            assert_eq!(callback.code(), Some("a+b="), "{text:?}");
            assert_eq!(callback.get("state"), Some("s&t"), "{text:?}");
            assert_eq!(callback.denied(), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_callback_holds_nothing() {
        for text in [
            "",
            "?",
            "#",
            "#_",
            "/cb",
            "https://app.example/cb",
            "code",
            "code=",
            "code=%20",
            "code=#_",
            "%",
            "%zz=%",
            "=",
            "&",
            "\u{0}",
            "code=+",
        ] {
            assert_eq!(Callback::parse(text).code(), None, "{text:?}");
        }
    }
}
