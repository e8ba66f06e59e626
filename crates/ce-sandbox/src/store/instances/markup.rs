/// The text without its HTML tags, as the platform keeps names and tags.
///
/// A `<` that starts no tag stays. Works inside out, so that removing one tag cannot leave
/// another behind, and in one pass, so that hostile nesting costs nothing.
pub(crate) fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut opened = Vec::new();
    for character in text.chars() {
        match character {
            '<' => {
                opened.push(kept.len());
                kept.push(character);
            }
            '>' => match opened.pop() {
                Some(start) if starts_tag(kept.get(start + 1..).unwrap_or_default()) => {
                    kept.truncate(start);
                }
                _ => kept.push(character),
            },
            _ => kept.push(character),
        }
    }
    kept
}

fn starts_tag(after_bracket: &str) -> bool {
    after_bracket.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_text_stays() {
        let table = [
            ("plain", "plain"),
            ("<INSERT_TAGS>", ""),
            ("<b>bold</b> text", "bold text"),
            ("<img src=x onerror=alert(1)>x", "x"),
            ("a < b > c", "a < b > c"),
            ("1 < 2", "1 < 2"),
            ("a <b", "a <b"),
            ("<<b>script>alert</script>", "alert"),
            ("<!-- c -->é", "é"),
            ("x > y", "x > y"),
        ];
        for (text, expected) in table {
            assert_eq!(without_tags(text), expected, "{text}");
        }
    }
}
