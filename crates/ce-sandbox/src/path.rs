use percent_encoding::percent_decode_str;

/// The decoded segments of a path, or nothing if one of them is not UTF-8.
///
/// Empty segments are dropped: clients that join a base URL and a path often double the slash.
/// Each segment is decoded by itself, so an encoded slash stays inside its segment.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let decoded = percent_decode_str(segment).decode_utf8().ok()?;
            Some(decoded.into_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_then_decoded() {
        let table: &[(&str, Option<&[&str]>)] = &[
            ("", Some(&[])),
            ("/", Some(&[])),
            ("/instances/7", Some(&["instances", "7"])),
            ("//instances///7//", Some(&["instances", "7"])),
            ("/a%2Fb/c", Some(&["a/b", "c"])),
            ("/caf%C3%A9", Some(&["café"])),
            ("/a+b", Some(&["a+b"])),
            ("/%zz", Some(&["%zz"])),
            ("/%ff", None),
            ("*", Some(&["*"])),
        ];
        for (path, expected) in table {
            let got = segments(path);
            let got: Option<Vec<&str>> = got
                .as_ref()
                .map(|list| list.iter().map(String::as_str).collect());
            assert_eq!(got.as_deref(), *expected, "{path}");
        }
    }
}
