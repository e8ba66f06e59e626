//! JSON that comes from outside.

use serde::de::Error as _;
use serde_json::{Error, Value};

/// Reads a JSON document, unless it may name one of serde_json's private keys.
///
/// As soon as any crate in the tree asks for it, `Value` takes an object with such a key for what its
/// text says. It reads that anew, and may go on until the stack is exhausted.
pub(crate) fn read(json: &[u8]) -> Result<Value, Error> {
    check(json)?;
    serde_json::from_slice(json)
}

/// Fails if one of serde_json's private keys may be in it.
pub(crate) fn check(json: &[u8]) -> Result<(), Error> {
    let json = String::from_utf8_lossy(json);
    // Any character of a key may be escaped.
    let mut escaped = json.split("\\u");
    let mut text = escaped.next().unwrap_or_default().to_owned();
    for part in escaped {
        let (code, rest) = part.split_at_checked(4).unwrap_or((part, ""));
        let code = u32::from_str_radix(code, 16).ok();
        text.extend(code.and_then(char::from_u32));
        text.push_str(rest);
    }
    match text.contains("$serde_json::private") {
        false => Ok(()),
        true => Err(Error::custom(
            "it names one of serde_json's private keys, which the sandbox can't tell from what it \
             stands for",
        )),
    }
}
