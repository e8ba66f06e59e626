/// Text of bytes, of which some may be none: as the standard library's, but in memory that it doesn't
/// outgrow, so that no copy is left behind.
pub(crate) fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_the_standard_librarys() {
        for bytes in [
            &b""[..],
            b"abc",
            b"\xff",
            b"a\xffb\xfe\xc3",
            "\u{20ac}".as_bytes(),
        ] {
            assert_eq!(lossy(bytes), String::from_utf8_lossy(bytes));
            assert!(lossy(bytes).len() <= bytes.len() * 3);
        }
    }
}
