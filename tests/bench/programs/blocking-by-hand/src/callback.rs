//! The callback: whose it is, and its code.

use std::error::Error;

/// 32 random bytes, in hexadecimal digits.
pub fn state() -> Result<String, Box<dyn Error>> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The code, if the callback is this flow's and the user agreed.
pub fn code(callback: &str, state: &str) -> Result<String, Box<dyn Error>> {
    let callback = callback.trim().split('#').next().unwrap_or_default();
    let (_, query) = callback.split_once('?').ok_or("no callback")?;
    let parameter = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| (name == wanted).then(|| decode(value)))
    };
    if parameter("state").as_deref() != Some(state) {
        return Err("the callback is another flow's".into());
    }
    if let Some(error) = parameter("error") {
        return Err(format!("denied: {error}").into());
    }
    Ok(parameter("code").ok_or("no code")?)
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let digits = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let encoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, encoded) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
