use std::iter::Peekable;
use std::vec::IntoIter;

use serde_json::Value;

use super::{Operator, WhereClause};

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A name, a keyword, a number, true or false.
    Word(String),
    /// A name in backticks, which is no keyword.
    Name(String),
    Text(String),
    /// `=`, `!=`, `<`, `(` …
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        let (token, behind) = if let Some(sign) = sign {
            (Token::Sign(sign), rest.strip_prefix(sign)?)
        } else if first == '\'' {
            let (text, behind) = quoted(rest.strip_prefix('\'')?)?;
            (Token::Text(text), behind)
        } else if let Some(name) = rest.strip_prefix('`') {
            let (name, behind) = name.split_once('`')?;
            (Token::Name(name.to_owned()), behind)
        } else {
            let is_part = |c: char| c.is_alphanumeric() || "._-+".contains(c);
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            (
                Token::Word((!word.is_empty()).then(|| word.to_owned())?),
                behind,
            )
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

/// The text up to its closing quote, and what is behind that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (part, behind) = rest.split_once('\'')?;
        value.push_str(part);
        match behind.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, behind)),
        }
    }
}

type Tokens = Peekable<IntoIter<Token>>;

/// How deep brackets may be nested.
const MAX_DEPTH: usize = 50;

pub(super) fn parse(text: &str) -> Option<WhereClause> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let clause = any_of(&mut tokens, MAX_DEPTH)?;
    tokens.next().is_none().then_some(clause)
}

fn any_of(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let mut clauses = vec![all_of(tokens, depth)?];
    while takes(tokens, "or") {
        clauses.push(all_of(tokens, depth)?);
    }
    Some(WhereClause::Or(clauses))
}

fn all_of(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let mut clauses = vec![condition(tokens, depth)?];
    while takes(tokens, "and") {
        clauses.push(condition(tokens, depth)?);
    }
    Some(WhereClause::And(clauses))
}

fn condition(tokens: &mut Tokens, depth: usize) -> Option<WhereClause> {
    let name = match tokens.next()? {
        Token::Sign("(") => {
            let clause = any_of(tokens, depth.checked_sub(1)?)?;
            return (tokens.next()? == Token::Sign(")")).then_some(clause);
        }
        Token::Word(name) | Token::Name(name) => name,
        _ => return None,
    };
    let operator = match tokens.next()? {
        Token::Sign("=") => Operator::Equal,
        Token::Sign("!=" | "<>") => Operator::NotEqual,
        Token::Sign("<") => Operator::Less,
        Token::Sign(">") => Operator::Greater,
        Token::Sign("<=") => Operator::LessOrEqual,
        Token::Sign(">=") => Operator::GreaterOrEqual,
        Token::Word(word) => return keyword(tokens, name, &word),
        _ => return None,
    };
    Some(WhereClause::Comparison(
        name,
        operator,
        value(tokens.next()?)?,
    ))
}

fn keyword(tokens: &mut Tokens, name: String, word: &str) -> Option<WhereClause> {
    match word.to_ascii_lowercase().as_str() {
        "like" => match tokens.next()? {
            Token::Text(pattern) => Some(WhereClause::Like(name, pattern)),
            _ => None,
        },
        "is" => {
            let is_null = !takes(tokens, "not");
            takes(tokens, "null").then_some(WhereClause::IsNull(name, is_null))
        }
        "in" => {
            let mut values = Vec::new();
            if tokens.next()? != Token::Sign("(") {
                return None;
            }
            loop {
                values.push(value(tokens.next()?)?);
                match tokens.next()? {
                    Token::Sign(",") => {}
                    Token::Sign(")") => return Some(WhereClause::In(name, values)),
                    _ => return None,
                }
            }
        }
        _ => None,
    }
}

/// Takes this keyword, in any case, if it comes next.
fn takes(tokens: &mut Tokens, keyword: &str) -> bool {
    let is_keyword =
        |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
    tokens.next_if(is_keyword).is_some()
}

fn value(token: Token) -> Option<Value> {
    match token {
        Token::Text(text) => Some(Value::String(text)),
        Token::Word(bare) => {
            let value: Value = serde_json::from_str(&bare).ok()?;
            (!value.is_object() && !value.is_array()).then_some(value)
        }
        _ => None,
    }
}
