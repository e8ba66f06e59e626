use super::*;
use crate::calls::ListElements;
use crate::testing::{config, drive, response_with};
use crate::{Response, http};

/// Goes through the pages that a platform hands out; returns how many items there were, and how it ended.
fn walk(mut platform: impl FnMut() -> Response) -> (usize, Option<Error>) {
    let config = config();
    let mut pages = Pages::new(ListElements::new());
    let (mut items, mut failed) = (0, None);
    while let Some(page) = pages.next_page(&config) {
        match drive(page, |_, _| Ok(platform())).0 {
            Ok(page) => items += page.len(),
            Err(error) => failed = Some(error),
        }
        assert!(items < 1000, "for ever");
    }
    (items, failed)
}

#[test]
fn the_place_in_a_list_and_its_length_are_known() {
    let config = config();
    let mut pages = Pages::new(ListElements::new());
    assert_eq!((pages.resume_token(), pages.total()), (None, None));
    // It ends with a page without items, whatever that promises.
    for (token, items, place) in [("a", "[{}]", "a"), ("b", "[{}]", "b"), ("c", "[]", "")] {
        let page = pages.next_page(&config).unwrap();
        let headers = [
            ("elements-next-page-token", token),
            ("elements-total-count", "3"),
        ];
        let headers = &headers[..if token == "b" { 1 } else { 2 }];
        drive(page, |_, _| Ok(response_with(200, headers, items)))
            .0
            .unwrap();
        assert_eq!(pages.total(), Some(3));
        assert_eq!(pages.resume_token().map_or("", PageToken::as_str), place);
    }
    assert!(pages.next_page(&config).is_none());
}

#[test]
fn circles_of_any_length_are_found() {
    for length in [1, 2, 3, 7, 40] {
        for lead in [0, 1, 5] {
            let mut page = 0;
            let (items, failed) = walk(|| {
                page += 1;
                let of_circle = page > lead;
                let token = format!(
                    "{of_circle}{}",
                    if of_circle { page % length } else { page }
                );
                response_with(200, &[("elements-next-page-token", &token)], "[{}]")
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
    let (_, failed) = walk(|| response.clone());
    assert!(matches!(failed, Some(Error::Decode(_))), "{failed:?}");
}
