//! A walk over JSON text of which `serde_json` has said that it is well-formed.
//!
//! So nothing is checked here, and each byte is looked at once, which is what makes reading a record
//! fast. Over text that isn't well-formed it would end early, and fail nothing.

use memchr::memchr2;

/// A place in a JSON text.
#[derive(Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Before the text of one value, without blanks around it.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte to come.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps into an object or an array, if that is what comes.
    pub(crate) fn enter(&mut self, bracket: u8) -> bool {
        let enters = self.peek() == Some(bracket);
        self.at += usize::from(enters);
        enters
    }

    /// Inside an object: steps before the next member's value, and gives its name with its quotes.
    pub(crate) fn member(&mut self) -> Option<&'t str> {
        if !self.element() {
            return None;
        }
        let name = self.string();
        self.blanks();
        self.at += 1;
        self.blanks();
        Some(name)
    }

    /// Inside an array: steps before the next element, or behind the array's end.
    pub(crate) fn element(&mut self) -> bool {
        self.blanks();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.blanks();
        }
        let ended = matches!(self.peek(), Some(b'}' | b']') | None);
        self.at += usize::from(ended);
        !ended
    }

    /// Steps over a value, and gives its text.
    pub(crate) fn value(&mut self) -> &'t str {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.nested(),
            _ => self.plain(),
        }
    }

    /// Steps over a string, and gives its text with its quotes.
    fn string(&mut self) -> &'t str {
        let begin = self.at;
        self.at += 1;
        while let Some(found) = memchr2(b'"', b'\\', self.rest()) {
            self.at += found + 1;
            if self.text.as_bytes().get(self.at - 1) == Some(&b'"') {
                return self.since(begin);
            }
            // What is escaped may be a quote.
            self.at += 1;
        }
        self.at = self.text.len();
        self.since(begin)
    }

    /// Steps over an object or an array.
    fn nested(&mut self) -> &'t str {
        let begin = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.since(begin)
    }

    /// Steps over a number, or one of the three words.
    fn plain(&mut self) -> &'t str {
        let begin = self.at;
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
        let rest = self.rest();
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
        self.since(begin)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn since(&self, begin: usize) -> &'t str {
        self.text.get(begin..self.at).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Vec<(&str, &str)> {
        let mut cursor = Cursor::new(text);
        let mut members = Vec::new();
        if cursor.enter(b'{') {
            while let Some(name) = cursor.member() {
                members.push((name, cursor.value()));
            }
        }
        assert_eq!(cursor.at, text.len(), "{text}");
        members
    }

    #[test]
    fn tells_members_apart() {
        for (text, expected) in [
            ("{}", &[][..]),
            ("{ \n}", &[]),
            (r#"{"a":1}"#, &[(r#""a""#, "1")]),
            (
                "{ \"a\" : null ,\t\"b\":\r\n[ 1, {\"c\": \"]}\"} ] , \"\": \"\" }",
                &[
                    (r#""a""#, "null"),
                    (r#""b""#, r#"[ 1, {"c": "]}"} ]"#),
                    (r#""""#, r#""""#),
                ],
            ),
            (
                r#"{"a\"}":"\\","ä\\":{"x":{}},"n":-1.5e3}"#,
                &[
                    (r#""a\"}""#, r#""\\""#),
                    (r#""ä\\""#, r#"{"x":{}}"#),
                    (r#""n""#, "-1.5e3"),
                ],
            ),
        ] {
            assert_eq!(members(text), expected);
        }
    }

    #[test]
    fn ends_on_any_text() {
        for text in [
            "",
            "{",
            "{\"",
            "{\"a",
            "{\"a\\",
            "{\"a\":",
            "{\"a\":[",
            "{\"a\":\"ä",
            "{]",
            "{,,",
            "{1",
            "}",
        ] {
            let mut cursor = Cursor::new(text);
            cursor.enter(b'{');
            for _ in 0..text.len() + 1 {
                if cursor.member().is_none() {
                    break;
                }
                cursor.value();
            }
        }
    }
}
