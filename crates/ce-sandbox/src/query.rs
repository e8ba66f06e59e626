use percent_encoding::percent_decode;

/// Names and values of a query string or of a form's body, decoded, in their order.
///
/// No `Debug`: API secrets travel in here.
#[derive(Default)]
pub(crate) struct Query(Vec<(String, String)>);

/// A name or value was not UTF-8 once decoded.
#[derive(Debug, PartialEq)]
pub(crate) struct NotUtf8;

impl Query {
    pub(crate) fn parse(raw: &[u8]) -> Result<Self, NotUtf8> {
        raw.split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let mut halves = pair.splitn(2, |byte| *byte == b'=');
                let name = decode(halves.next().unwrap_or_default())?;
                let value = decode(halves.next().unwrap_or_default())?;
                Ok((name, value))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The first value of that name, be it empty.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(candidate, _)| candidate == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// These first, so that they win over what `other` says of the same name.
    pub(crate) fn and_then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

fn decode(raw: &[u8]) -> Result<String, NotUtf8> {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        let table: &[(&str, &str, Option<&str>)] = &[
            ("a=1&b=2", "b", Some("2")),
            ("a=1&a=2", "a", Some("1")),
            ("a=", "a", Some("")),
            ("a", "a", Some("")),
            ("&&a=1&", "a", Some("1")),
            ("a=b=c", "a", Some("b=c")),
            ("a=x+y%20z%2B", "a", Some("x y z+")),
            ("tags%5B%5D=x", "tags[]", Some("x")),
            ("u=http://h/p?q", "u", Some("http://h/p?q")),
            ("a=100%", "a", Some("100%")),
            ("a=1", "b", None),
            ("", "a", None),
        ];
        for (raw, name, expected) in table {
            let query = Query::parse(raw.as_bytes()).ok().unwrap();
            assert_eq!(query.first(name), *expected, "{raw}");
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert_eq!(Query::parse(b"a=%ff").err(), Some(NotUtf8));
        assert_eq!(Query::parse(b"\xff=a").err(), Some(NotUtf8));
    }
}
