//! The callback: whose it is, and its code.

use std::collections::HashMap;

use crate::Error;

/// 32 random bytes, in hexadecimal digits.
pub fn state() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The code, if the callback is this flow's and the user agreed.
pub fn code(callback: &str, state: &str) -> Result<String, Error> {
    let query = callback.trim().split(['?', '#']).nth(1);
    let query = query.ok_or("no callback")?.as_bytes();
    let mut parameters: HashMap<_, _> = form_urlencoded::parse(query).collect();
    if parameters.get("state").map(AsRef::as_ref) != Some(state) {
        return Err("the callback is another flow's".into());
    }
    if let Some(error) = parameters.get("error") {
        return Err(format!("denied: {error}").into());
    }
    Ok(parameters.remove("code").ok_or("no code")?.into_owned())
}
