use std::fmt;

/// A condition that a list is filtered by (`where`), in the platform's query language (CEQL). Values are
/// quoted and escaped.
///
/// ```
/// use ce_core::calls::Condition;
///
/// let condition = Condition::eq("name", "O'Hara")
///     .and(Condition::ge("age", 18).or(Condition::is_null("home.zip_code")));
/// assert_eq!(condition.to_string(), "name = 'O''Hara' AND (age >= 18 OR home.zip_code IS NULL)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    text: String,
    /// What stands between the outermost parts, if there are several.
    word: Option<&'static str>,
    is_valid: bool,
}

/// A value in a [`Condition`]: a text, a number or a boolean. A number that is not finite is refused
/// before anything is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal(Option<String>);

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self(Some(format!("'{}'", text.replace('\'', "''"))))
    }
}

impl From<String> for Literal {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

macro_rules! bare_literals {
    ($($Type:ty),*) => { $(
        impl From<$Type> for Literal {
            fn from(value: $Type) -> Self {
                Self(Some(value.to_string()))
            }
        }
    )* };
}

bare_literals!(bool, i32, u32, i64, u64);

impl From<f64> for Literal {
    fn from(number: f64) -> Self {
        Self(number.is_finite().then(|| number.to_string()))
    }
}

/// A row an operator that compares a field with a value.
macro_rules! comparisons {
    ($($name:ident: $operator:literal, $about:literal;)*) => { $(
        #[doc = $about]
        pub fn $name(field: &str, value: impl Into<Literal>) -> Self {
            let Literal(value) = value.into();
            Self::of(field, value.map(|value| format!(concat!($operator, " {}"), value)))
        }
    )* };
}

impl Condition {
    comparisons! {
        eq: "=", "The field has this value.";
        ne: "!=", "The field has another value.";
        lt: "<", "The field is less than this.";
        gt: ">", "The field is more than this.";
        le: "<=", "The field is this or less.";
        ge: ">=", "The field is this or more.";
        like: "LIKE", "The field matches this pattern, in which `%` stands for any text.";
    }

    /// The field has one of these values.
    pub fn is_in(field: &str, values: impl IntoIterator<Item = impl Into<Literal>>) -> Self {
        let values = values.into_iter().map(|value| value.into().0);
        let values: Option<Vec<String>> = values.collect();
        let values = values.filter(|values| !values.is_empty());
        Self::of(
            field,
            values.map(|values| format!("IN ({})", values.join(","))),
        )
    }

    /// The field has no value.
    pub fn is_null(field: &str) -> Self {
        Self::of(field, Some("IS NULL".to_owned()))
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.join(other, "AND")
    }

    /// One holds at least.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.join(other, "OR")
    }

    /// Returns `false` for what the language can't express: a field whose name is blank or holds a
    /// backtick, one of no values, a number that is not finite.
    pub(super) fn is_valid(&self) -> bool {
        self.is_valid
    }

    /// `rest` is what the field is compared with, if that can be expressed.
    fn of(field: &str, rest: Option<String>) -> Self {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let quote = if field.chars().all(is_plain) { "" } else { "`" };
        Self {
            is_valid: rest.is_some() && !field.trim().is_empty() && !field.contains('`'),
            text: format!("{quote}{field}{quote} {}", rest.unwrap_or_default()),
            word: None,
        }
    }

    fn join(self, other: Self, word: &'static str) -> Self {
        let bracketed = |part: &Self| match part.word.is_none_or(|its| its == word) {
            true => part.text.clone(),
            false => format!("({})", part.text),
        };
        Self {
            text: format!("{} {word} {}", bracketed(&self), bracketed(&other)),
            word: Some(word),
            is_valid: self.is_valid && other.is_valid,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
