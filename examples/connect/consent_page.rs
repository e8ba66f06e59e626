//! Finds the way to say yes or no on a provider's consent page.

use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// A button or a link, and what choosing it sends.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub words: String,
    pub method: String,
    pub target: String,
    pub fields: Vec<(String, String)>,
}

const YES: [&str; 7] = [
    "allow",
    "authorize",
    "accept",
    "approve",
    "agree",
    "grant",
    "yes",
];
const NO: [&str; 8] = [
    "deny", "don't", "not ", "cancel", "decline", "reject", "refuse", "no",
];

/// Every choice that a page offers: submit buttons with their forms, and links.
pub fn choices(html: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    let mut form = Choice::default();
    let mut form_began = 0;
    let mut open: Option<Choice> = None;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => match name(&tag.name).as_str() {
                "form" => {
                    form = Choice {
                        method: attribute(&tag, "method").to_ascii_lowercase(),
                        target: attribute(&tag, "action"),
                        ..Choice::default()
                    };
                    form_began = choices.len();
                }
                "input" if attribute(&tag, "type").eq_ignore_ascii_case("submit") => {
                    choices.push(button(&form, &tag, attribute(&tag, "value")));
                }
                "input" => {
                    let field = (attribute(&tag, "name"), attribute(&tag, "value"));
                    // Fields count for the buttons before them, too.
                    for choice in choices.iter_mut().skip(form_began) {
                        choice.fields.push(field.clone());
                    }
                    form.fields.push(field);
                }
                "button" => open = Some(button(&form, &tag, String::new())),
                "a" => {
                    open = Some(Choice {
                        target: attribute(&tag, "href"),
                        ..Choice::default()
                    });
                }
                _ => {}
            },
            Token::String(text) => {
                if let Some(choice) = &mut open {
                    choice.words.push_str(&name(&text));
                }
            }
            Token::EndTag(tag) => match name(&tag.name).as_str() {
                "button" | "a" => choices.extend(open.take()),
                "form" => {
                    form = Choice::default();
                    form_began = usize::MAX;
                }
                _ => {}
            },
            _ => {}
        }
    }
    choices
}

/// The choice that means yes, or the one that means no.
pub fn pick(choices: Vec<Choice>, yes: bool) -> Option<Choice> {
    choices.into_iter().find(|choice| {
        let words = choice.words.trim().to_ascii_lowercase();
        let no = NO
            .iter()
            .any(|word| words.starts_with(word) || words.contains("not "));
        let is_yes = YES.iter().any(|word| words.starts_with(word));
        if yes { is_yes && !no } else { no }
    })
}

fn button(form: &Choice, tag: &StartTag<()>, words: String) -> Choice {
    let or_form = |name, form: &str| {
        let own = attribute(tag, name);
        if own.is_empty() { form.to_owned() } else { own }
    };
    let mut fields = form.fields.clone();
    if !attribute(tag, "name").is_empty() {
        fields.push((attribute(tag, "name"), attribute(tag, "value")));
    }
    Choice {
        words,
        method: or_form("formmethod", &form.method).to_ascii_lowercase(),
        target: or_form("formaction", &form.target),
        fields,
    }
}

fn attribute(tag: &StartTag<()>, wanted: &str) -> String {
    let found = tag.attributes.iter().find(|(key, _)| name(key) == wanted);
    found
        .map(|(_, value)| name(&value.value))
        .unwrap_or_default()
}

fn name(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}
