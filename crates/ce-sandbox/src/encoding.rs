use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the characters that never need an escape in a URL.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes a path segment or a query value; a space becomes `%20`, which every decoder
/// understands.
pub(crate) fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes a query value the way HTML forms do, with `+` for a space: the way the platform's own
/// authorization URLs write their scopes.
pub(crate) fn form(text: &str) -> String {
    percent(text).replace("%20", "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded() {
        let table = [
            ("a-b.c_d~e", "a-b.c_d~e", "a-b.c_d~e"),
            ("a b", "a%20b", "a+b"),
            (
                "1+1=2&c/d?#%",
                "1%2B1%3D2%26c%2Fd%3F%23%25",
                "1%2B1%3D2%26c%2Fd%3F%23%25",
            ),
            ("é\r\n", "%C3%A9%0D%0A", "%C3%A9%0D%0A"),
        ];
        for (text, percented, formed) in table {
            assert_eq!(percent(text), percented);
            assert_eq!(form(text), formed);
        }
    }
}
