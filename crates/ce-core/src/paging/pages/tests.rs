use super::*;
use crate::calls::ListInstances;
use crate::{Credentials, Response, TransportCause, TransportError};
use ce_model::Object;

fn config() -> Config {
    let limits = crate::Limits::default().max_attempts(1);
    Config::new("https://a.example", Credentials::new("u", "o"))
        .unwrap()
        .with_limits(limits)
}

/// An answer with so many items, and this token for the next page.
fn answer(items: usize, next: Option<&str>) -> Response {
    let body = format!("[{}]", vec!["{}"; items].join(","));
    let mut response = http::Response::new(body.into());
    if let Some(next) = next {
        let headers = response.headers_mut();
        headers.insert("elements-next-page-token", next.parse().unwrap());
        headers.insert("elements-total-count", "7".parse().unwrap());
    }
    response.into()
}

/// Goes through the pages that a platform hands out by token; returns what was asked for, how many
/// items there were, and how it ended.
fn walk(
    mut platform_says: impl FnMut(Option<&str>) -> Result<Response, TransportError>,
) -> (
    Vec<String>,
    usize,
    Option<Error>,
    Pages<ListInstances<Object>>,
) {
    let config = config();
    let mut pages = Pages::new(ListInstances::new().items_as::<Object>().page_size(2));
    let (mut asked, mut items) = (Vec::new(), 0);
    let mut failed = None;
    while let Some(mut page) = pages.next_page(&config) {
        let mut input = Input::Start;
        let output = loop {
            match page.step(input, Duration::ZERO) {
                Step::Send(attempt) => {
                    let query = attempt.request.expose().uri().query().unwrap().to_owned();
                    let token = query.split("nextPage=").nth(1).map(str::to_owned);
                    asked.push(query);
                    input = Input::Response(platform_says(token.as_deref()));
                }
                Step::Sleep(_) => panic!("one attempt"),
                Step::Done(output) => break output,
            }
        };
        match output {
            Ok(page) => items += page.len(),
            Err(error) => failed = Some(error),
        }
        assert!(asked.len() < 1000, "for ever");
    }
    (asked, items, failed, pages)
}

#[test]
fn it_ends_although_a_token_always_comes() {
    let (asked, items, failed, pages) = walk(|token| {
        Ok(match token {
            None => answer(2, Some("a")),
            Some("a") => answer(1, Some("b")),
            Some(_) => answer(0, Some("c")),
        })
    });
    assert_eq!(
        asked,
        [
            "pageSize=2",
            "pageSize=2&nextPage=a",
            "pageSize=2&nextPage=b"
        ]
    );
    assert_eq!(items, 3);
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(pages.total(), Some(7));
}

#[test]
fn it_ends_where_no_token_comes() {
    let (asked, items, failed, _) = walk(|_| Ok(answer(2, None)));
    assert_eq!((asked.len(), items, failed.is_none()), (1, 2, true));
}

#[test]
fn a_failing_page_keeps_those_before_it_and_says_where_to_go_on() {
    let (asked, items, failed, pages) = walk(|token| match token {
        None => Ok(answer(2, Some("a"))),
        Some(_) => Err(TransportError::new(
            crate::Delivery::MaybeSent,
            TransportCause::Interrupted,
        )),
    });
    assert_eq!((asked.len(), items), (2, 2));
    assert!(matches!(failed, Some(Error::Transport(_))));
    let token = pages.resume_token().unwrap().clone();
    assert_eq!(token.as_str(), "a");
    let mut resumed = Pages::new(ListInstances::new().from_page(token));
    let config = config();
    let mut page = resumed.next_page(&config).unwrap();
    let Step::Send(attempt) = page.step(Input::Start, Duration::ZERO) else {
        panic!()
    };
    assert_eq!(attempt.request.expose().uri().query(), Some("nextPage=a"));
}

#[test]
fn circles_of_any_length_are_found() {
    for length in [1, 2, 3, 7, 40] {
        for lead in [0, 1, 5] {
            let mut page = 0;
            let (_, items, failed, _) = walk(|_| {
                page += 1;
                let token = if page <= lead {
                    format!("lead{page}")
                } else {
                    format!("t{}", page % length)
                };
                Ok(answer(1, Some(&token)))
            });
            assert!(
                matches!(failed, Some(Error::PagesRepeat { .. })),
                "{length} after {lead}: {failed:?}"
            );
            assert!(items >= length, "{length} after {lead}: {items}");
        }
    }
}

#[test]
fn an_empty_body_is_an_empty_page_and_null_is_no_token() {
    for (status, body, token) in [(204, "", "a"), (200, " ", "a"), (200, "[{}]", "null")] {
        let (asked, items, failed, pages) = walk(|_| {
            let response = http::Response::builder().status(status);
            let response = response.header("elements-next-page-token", token);
            Ok(response.body(body.into()).unwrap().into())
        });
        assert!(failed.is_none(), "{failed:?}");
        assert_eq!((asked.len(), items), (1, usize::from(body == "[{}]")));
        assert!(pages.resume_token().is_none());
    }
}

#[test]
fn a_token_that_is_not_text_does_not_end_the_list() {
    let (_, _, failed, _) = walk(|_| {
        let token = http::HeaderValue::from_bytes(b"\xff").unwrap();
        let response = http::Response::builder().header("elements-next-page-token", token);
        Ok(response.body("[{}]".into()).unwrap().into())
    });
    assert!(matches!(failed, Some(Error::Decode(_))), "{failed:?}");
    let (asked, ..) = walk(|token| {
        let next = http::HeaderValue::from_bytes("ä".as_bytes()).unwrap();
        let items = if token.is_none() { "[{}]" } else { "[]" };
        let response = http::Response::builder().header("elements-next-page-token", next);
        Ok(response.body(items.into()).unwrap().into())
    });
    assert_eq!(asked, ["pageSize=2", "pageSize=2&nextPage=%C3%A4"]);
}
