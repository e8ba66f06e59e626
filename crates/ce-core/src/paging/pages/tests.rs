use super::*;
use crate::calls::ListInstances;
use crate::testing::{config, drive, response_with};
use crate::{Delivery, Limits, Response, TransportCause, TransportError};
use ce_model::Object;

/// An answer with so many items, and this token for the next page.
fn answer(items: usize, next: &str) -> Response {
    let body = format!("[{}]", vec!["{}"; items].join(","));
    let headers = [
        ("elements-next-page-token", next),
        ("elements-total-count", "7"),
    ];
    response_with(200, &headers, body)
}

/// Goes through the pages that a platform hands out by token; returns the tokens that it was asked
/// for, how many items there were, and how it ended.
fn walk(
    mut platform: impl FnMut(&str) -> Result<Response, TransportError>,
) -> (String, usize, Option<Error>, Pages<ListInstances<Object>>) {
    let config = config().with_limits(Limits::default().max_attempts(1));
    let mut pages = Pages::new(ListInstances::new().items_as::<Object>().page_size(2));
    let (mut asked, mut items, mut failed) = (Vec::new(), 0, None);
    while let Some(page) = pages.next_page(&config) {
        let (output, _) = drive(page, |request, _| {
            let query = request.expose().uri().query().unwrap();
            let token = query
                .trim_start_matches("pageSize=2")
                .trim_start_matches("&nextPage=");
            asked.push(token.to_owned());
            platform(token)
        });
        match output {
            Ok(page) => items += page.len(),
            Err(error) => failed = Some(error),
        }
        assert!(asked.len() < 1000, "for ever");
    }
    (asked.join(" "), items, failed, pages)
}

#[test]
fn it_ends_with_an_empty_page_although_a_token_always_comes() {
    let (asked, items, failed, pages) = walk(|token| {
        Ok(match token {
            "" => answer(2, "a"),
            "a" => answer(1, "\u{e4}"),
            _ => answer(0, "c"),
        })
    });
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!((asked.as_str(), items), (" a %C3%A4", 3));
    assert_eq!((pages.total(), pages.resume_token()), (Some(7), None));
}

#[test]
fn it_ends_where_there_is_no_token_or_no_body() {
    for (status, body, token) in [(204, "", "a"), (200, " ", "a"), (200, "[{}]", "null")] {
        let headers = [("elements-next-page-token", token)];
        let (asked, items, failed, pages) = walk(|_| Ok(response_with(status, &headers, body)));
        assert!(failed.is_none(), "{failed:?}");
        assert_eq!((asked.as_str(), items), ("", usize::from(body == "[{}]")));
        assert!(pages.resume_token().is_none());
    }
    let (_, items, failed, _) = walk(|_| Ok(response_with(200, &[], "[{},{}]")));
    assert_eq!((items, failed.is_none()), (2, true));
}

#[test]
fn a_failing_page_keeps_those_before_it_and_says_where_to_go_on() {
    let (asked, items, failed, pages) = walk(|token| match token {
        "" => Ok(answer(2, "a")),
        _ => Err(TransportError::new(
            Delivery::MaybeSent,
            TransportCause::Interrupted,
        )),
    });
    assert_eq!((asked.as_str(), items), (" a", 2));
    assert!(matches!(failed, Some(Error::Transport(_))));
    assert_eq!(pages.resume_token(), Some(&"a".into()));
}

#[test]
fn circles_of_any_length_are_found() {
    for length in [1, 2, 3, 7, 40] {
        for lead in [0, 1, 5] {
            let mut page = 0;
            let (_, items, failed, _) = walk(|_| {
                page += 1;
                let in_circle = format!("t{}", page % length);
                let token = if page <= lead {
                    format!("lead{page}")
                } else {
                    in_circle
                };
                Ok(answer(1, &token))
            });
            let is_found = matches!(failed, Some(Error::PagesRepeat { .. }));
            assert!(
                is_found && items >= length,
                "{length} after {lead}: {failed:?}, {items}"
            );
        }
    }
}

#[test]
fn a_token_that_is_not_text_does_not_end_the_list() {
    let token = http::HeaderValue::from_bytes(b"\xff").unwrap();
    let response = http::Response::builder().header("elements-next-page-token", token);
    let response = Response::from(response.body("[{}]".into()).unwrap());
    let (_, _, failed, _) = walk(|_| Ok(response.clone()));
    assert!(matches!(failed, Some(Error::Decode(_))), "{failed:?}");
}
