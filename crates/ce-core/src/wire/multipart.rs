use std::fmt;

use bytes::Bytes;

use super::RequestBuilder;
use crate::error::{FieldErrorKind, has_control};

/// A part of a body of several parts (`multipart/form-data`, RFC 7578).
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    media_type: String,
    content: Bytes,
}

impl Part {
    /// A field of a form, of this media type.
    pub fn field(
        name: impl Into<String>,
        media_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        Self {
            name: name.into(),
            file_name: None,
            media_type: media_type.into(),
            content: content.into(),
        }
    }

    /// A file, with its name.
    pub fn file(
        name: impl Into<String>,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        let file_name = Some(file_name.into());
        Self {
            file_name,
            ..Self::field(name, media_type, content)
        }
    }

    fn head(&self) -> String {
        let mut head = format!(
            "Content-Disposition: form-data; name=\"{}\"",
            quoted(&self.name)
        );
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        format!("{head}\r\nContent-Type: {}\r\n\r\n", self.media_type)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{} bytes]", self.name, self.content.len())
    }
}

/// As browsers write a name between quotes.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
}

impl RequestBuilder<'_> {
    /// Sets a body of several parts.
    #[must_use]
    pub fn multipart(mut self, parts: &[Part]) -> Self {
        for part in parts {
            let texts = [
                Some(&part.name),
                part.file_name.as_ref(),
                Some(&part.media_type),
            ];
            if texts.into_iter().flatten().any(|text| has_control(text)) {
                self = self.invalid("part of the body", FieldErrorKind::ControlCharacter);
            }
        }
        let boundary = self.boundary(parts);
        let content = parts
            .iter()
            .map(|part| part.content.len() + 256)
            .sum::<usize>();
        let mut body = Vec::with_capacity(content + 64);
        for part in parts {
            body.extend_from_slice(format!("--{boundary}\r\n{}", part.head()).as_bytes());
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={boundary}"), body)
    }

    /// A line that stands in no part.
    fn boundary(&self, parts: &[Part]) -> String {
        let mut random = self.jitter();
        loop {
            let boundary = format!("{:032x}", random.u128(..));
            let is_in = |part: &Part| part.content.windows(32).any(|it| it == boundary.as_bytes());
            if !parts.iter().any(is_in) {
                return boundary;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::testing::config;

    #[test]
    fn names_are_quoted_as_browsers_quote_them_and_no_part_ends_early() {
        let config = config();
        let build = |parts: &[Part]| {
            let request = RequestBuilder::new(&config, Method::POST, &["files"]);
            request.multipart(parts).build()
        };
        let file = Part::file("file", "a \"b\" ü.txt", "text/plain", "content");
        let request = build(&[file]).unwrap();
        let media_type = request.expose().headers()["content-type"].to_str().unwrap();
        let boundary = media_type
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        let body = String::from_utf8_lossy(request.expose().body());
        assert!(
            body.contains(r#"name="file"; filename="a %22b%22 ü.txt""#),
            "{body}"
        );
        // The seed decides the boundary.
        let same = build(&[]).unwrap();
        assert_eq!(same.expose().headers()["content-type"], media_type);
        // Its boundary stands in no part, although that one is known.
        let again = build(&[Part::field("a", "text/plain", boundary.to_owned())]).unwrap();
        let again = again.expose().headers()["content-type"].to_str().unwrap();
        assert!(!again.ends_with(boundary));
        let refused = build(&[Part::file("file", "a\r\nb", "text/plain", "")]);
        let kind = refused.unwrap_err().errors()[0].kind();
        assert_eq!(kind, FieldErrorKind::ControlCharacter);
        let shown = format!("{:?}", Part::field("secret", "text/plain", "canary"));
        assert_eq!(shown, "secret [6 bytes]");
    }
}
