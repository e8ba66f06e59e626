use std::fmt;

/// The most characters that are shown of a text from outside.
const MOST: usize = 500;

/// Text from outside, made safe to print: control and bidirectional characters are escaped, so that
/// it can neither forge a line of a log nor steer a terminal, and it is cut to 500 characters.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, character) in self.0.chars().enumerate() {
            if index == MOST {
                return f.write_str("…");
            }
            if is_plain(character) {
                fmt::Write::write_char(f, character)?;
            } else {
                write!(f, "{}", character.escape_default())?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Returns `false` for what moves a cursor, ends a line, or changes the direction of the text.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_a_long_text_is_cut() {
        let just_fits = "ä".repeat(MOST);
        #[rustfmt::skip] // A row a case.
        let table = [
            ("Käse \u{1f4f7} 'a' \"b\"", "Käse \u{1f4f7} 'a' \"b\""),
            ("no\u{1b}]0;x\u{7}\nyes", "no\\u{1b}]0;x\\u{7}\\nyes"),
            ("a\u{202e}b\u{2028}c\u{feff}", "a\\u{202e}b\\u{2028}c\\u{feff}"),
            ("\u{85}\u{9b}", "\\u{85}\\u{9b}"),
            (&just_fits, &just_fits),
            (&(just_fits.clone() + "ä"), &(just_fits.clone() + "…")),
        ];
        for (text, printed) in table {
            assert_eq!(Escaped(text).to_string(), printed);
        }
    }
}
