//! JSON text is put together here. Nothing of it can fail.

use zeroize::Zeroize;

/// Appends text. A `String` that grows by itself leaves its old memory, and the secrets in it, as
/// it was.
pub(crate) fn push(out: &mut String, text: &str) {
    let needed = out.len() + text.len();
    if needed > out.capacity() {
        let mut larger = String::with_capacity(needed.max(4 * out.capacity()).max(1024));
        larger.push_str(out);
        std::mem::swap(out, &mut larger);
        // As a whole: a `String` is wiped byte by byte.
        larger.as_mut_str().zeroize();
    }
    out.push_str(text);
}

/// Appends a JSON string.
pub(crate) fn push_string(out: &mut String, text: &str) {
    push(out, "\"");
    // Looked through without a branch first: hardly any text has something to escape.
    let mut rest = text;
    if text
        .bytes()
        .fold(false, |found, byte| found | is_escaped(byte))
    {
        while let Some(at) = rest.bytes().position(is_escaped) {
            let (plain, from_here) = rest.split_at(at);
            push(out, plain);
            // What is escaped is one byte, and so a character.
            let mut characters = from_here.chars();
            match characters.next() {
                Some(odd @ ('"' | '\\')) => push(out, &format!("\\{odd}")),
                Some('\n') => push(out, "\\n"),
                Some(control) => push(out, &format!("\\u{:04x}", u32::from(control))),
                None => {}
            }
            rest = characters.as_str();
        }
    }
    push(out, rest);
    push(out, "\"");
}

fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_written_as_serde_json_reads_it() {
        let every: String = (0..0x300).filter_map(char::from_u32).collect();
        for text in ["", "plain", "a\"b\\c\n\t\u{0}", "\u{1f600}\"", &every] {
            let mut json = String::new();
            push_string(&mut json, text);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
