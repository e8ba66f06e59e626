use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};

use crate::answer::Refusal;

/// Refuses a client that says it does not take JSON, which is all that the API has.
pub(crate) fn json(headers: &HeaderMap) -> Result<(), Refusal> {
    // Of the ranges that cover JSON the narrowest decides, whatever wider ones say.
    let mut decisive = None;
    let mut ranges = 0;
    for range in headers
        .get_all(ACCEPT)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(String::from_utf8_lossy)
    {
        if range.trim().is_empty() {
            continue;
        }
        ranges += 1;
        let mut parts = range.split(';').map(str::trim);
        let narrowness = match parts
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "application/json" => 2,
            "application/*" => 1,
            "*/*" => 0,
            _ => continue,
        };
        let wanted = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .and_then(|(_, weight)| weight.trim().parse::<f32>().ok())
            .is_none_or(|weight| weight > 0.0);
        decisive = decisive.max(Some((narrowness, wanted)));
    }
    match decisive {
        Some((_, true)) => Ok(()),
        None if ranges == 0 => Ok(()),
        _ => Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "Answers are application/json, which the Accept header rules out.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_acceptable_or_not() {
        let table: &[(&[&str], bool)] = &[
            (&[], true),
            (&[""], true),
            (&["*/*"], true),
            (&["application/json"], true),
            (&["Application/JSON;charset=utf-8"], true),
            (&["application/*;q=0.1"], true),
            (&["text/html, */*;q=0.8"], true),
            (&["text/html", "application/json"], true),
            (&["application/json;q=0, application/json"], true),
            (&["text/html"], false),
            (&["application/xml"], false),
            (&["application/json;q=0"], false),
            (&["application/json; q=0.0, */*"], false),
            (&["application/*;q=0, */*"], false),
            (&["nonsense"], false),
        ];
        for (values, expected) in table {
            let mut headers = HeaderMap::new();
            for value in *values {
                headers.append(ACCEPT, value.parse().unwrap());
            }
            assert_eq!(json(&headers).is_ok(), *expected, "{values:?}");
        }
    }
}
