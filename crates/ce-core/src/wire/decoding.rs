//! Bodies of JSON, and why one can't be decoded.

use std::any::type_name;
use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Deserializer;

use super::Response;
use crate::error::Error;

impl Response {
    /// Decodes a JSON body.
    ///
    /// A byte order mark is skipped, and bytes that are not UTF-8 become `U+FFFD`: a name that was
    /// cut amid a character must not cost the token beside it.
    ///
    /// # Errors
    /// [`Error::Decode`] if it is not the JSON of a `T`. The purpose begins the error's sentence:
    /// "could not get the instance".
    pub fn json<T: DeserializeOwned>(&self, purpose: &'static str) -> Result<T, Error> {
        self.json_by::<T, T>(purpose, PhantomData)
    }

    /// Decodes the JSON of a `T` by a seed that makes something else of it.
    pub(crate) fn json_by<T: DeserializeOwned, V>(
        &self,
        purpose: &'static str,
        seed: impl for<'de> DeserializeSeed<'de, Value = V>,
    ) -> Result<V, Error> {
        let text = self.text();
        let mut json = Deserializer::from_str(&text);
        let read = seed.deserialize(&mut json);
        let read = read.and_then(|value| json.end().map(|()| value));
        read.map_err(|error| {
            let reason = self.damage(&text, &error);
            let reason = reason.unwrap_or_else(|| mismatch::<T>(&text, &error));
            self.decode_error(purpose, reason).into()
        })
    }

    /// The body as text.
    pub(super) fn text(&self) -> Cow<'_, str> {
        let body = self.body();
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        // Text without a fault is checked several times as fast this way.
        std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed)
    }

    /// Why the body is no JSON, unless it is.
    fn damage(&self, text: &str, error: &serde_json::Error) -> Option<String> {
        let encoding = self.header("content-encoding");
        if encoding.is_some_and(|encoding| !["", "identity"].contains(&encoding.trim())) {
            return Some("is compressed, which was not asked for".to_owned());
        }
        match text.trim_start().chars().next() {
            None => Some("is empty".to_owned()),
            Some('<') => Some("is HTML or XML instead of JSON".to_owned()),
            Some(_) if !error.is_data() => Some(format!("is not whole JSON {}", place(error))),
            Some(_) => None,
        }
    }
}

fn place(error: &serde_json::Error) -> String {
    format!("(line {}, column {})", error.line(), error.column())
}

/// Where JSON is not a `T`: whose type it is, the field, and what it should be. The message of
/// `serde_json` may quote the body, so only what comes from the type is taken from it.
fn mismatch<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> String {
    let message = error.to_string();
    let own = type_name::<T>().contains("ce_model::");
    let kind = match own {
        true => "of the documented kind".to_owned(),
        false => format!("a `{}`", type_name::<T>()),
    };
    let tracked = serde_path_to_error::deserialize::<_, T>(&mut Deserializer::from_str(text));
    let path = tracked.err().map(|error| error.path().to_string());
    let path = path.filter(|path| path != ".");
    if let Some(rest) = message.strip_prefix("missing field `") {
        let field = rest.split('`').next().unwrap_or_default();
        let place = path.map_or_else(String::new, |path| format!(" in `{path}`"));
        return format!("lacks the field `{field}`{place}: it is not {kind}");
    }
    let without_place = |text: &str| {
        text.split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    // Our own words, which quote nothing.
    if own && message.starts_with("the field `") {
        return format!("is JSON, but {} {}", without_place(&message), place(error));
    }
    let subject = path.map_or_else(|| "it".to_owned(), |path| format!("`{path}`"));
    let is_serdes = ["invalid ", "unknown "]
        .iter()
        .any(|it| message.starts_with(it));
    let expected = message.rsplit_once(", expected ").filter(|_| is_serdes);
    let expected = expected.map(|(_, rest)| without_place(rest));
    let should = expected.map_or_else(String::new, |it| format!(": {subject} should be {it}"));
    format!("is JSON, but not {kind}{should} {}", place(error))
}
