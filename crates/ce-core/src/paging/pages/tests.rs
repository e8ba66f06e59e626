use super::*;
use crate::calls::{ListElements, ListInstances};
use crate::testing::{config, drive, response_with};
use crate::{Response, http};
use ce_model::Object;

/// Goes through the pages that a platform hands out; returns the queries that it was asked, how many
/// items there were, how it ended, and where it goes on.
fn walk(
    mut platform: impl FnMut() -> Response,
) -> (String, usize, Option<Error>, Option<PageToken>) {
    let config = config();
    let mut pages = Pages::new(ListInstances::new().items_as::<Object>());
    let (mut asked, mut items, mut failed) = (Vec::new(), 0, None);
    while let Some(page) = pages.next_page(&config) {
        let (output, _) = drive(page, |request, _| {
            asked.push(request.expose().uri().query().unwrap_or("-").to_owned());
            Ok(platform())
        });
        match output {
            Ok(page) => items += page.len(),
            Err(error) => failed = Some(error),
        }
        assert!(asked.len() < 1000, "for ever");
    }
    (
        asked.join(" "),
        items,
        failed,
        pages.resume_token().cloned(),
    )
}

#[test]
fn the_place_in_a_list_and_its_length_are_known() {
    let config = config();
    let mut pages = Pages::new(ListElements::new());
    assert_eq!((pages.resume_token(), pages.total()), (None, None));
    for (token, total) in [("a", Some(3)), ("b", Some(3)), ("", Some(3))] {
        let page = pages.next_page(&config).unwrap();
        let headers = [
            ("elements-next-page-token", token),
            ("elements-total-count", "3"),
        ];
        let headers = &headers[..if token == "b" { 1 } else { 2 }];
        drive(page, |_, _| Ok(response_with(200, headers, "[{}]")))
            .0
            .unwrap();
        assert_eq!(pages.total(), total);
        let resume = pages.resume_token().map(ToString::to_string);
        assert_eq!(resume.unwrap_or_default(), token);
        assert_eq!(pages.resume_token().map_or("", AsRef::as_ref), token);
    }
    assert!(pages.next_page(&config).is_none());
}

#[test]
fn circles_of_any_length_are_found() {
    for length in [1, 2, 3, 7, 40] {
        for lead in [0, 1, 5] {
            let mut page = 0;
            let (_, items, failed, _) = walk(|| {
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
fn a_list_ends_with_a_page_without_items_or_token() {
    #[rustfmt::skip] // A row a case.
    let table = [
        (vec![(200, "[{},{}]", "\u{e4}"), (200, "[]", "b")], "- nextPage=%C3%A4", 2),
        (vec![(204, "", "a")], "-", 0),
        (vec![(200, " ", "a")], "-", 0),
        (vec![(200, "[{}]", "null")], "-", 1),
        (vec![(200, "[{}]", " ")], "-", 1),
    ];
    for (mut script, queries, count) in table {
        let (asked, items, failed, next) = walk(|| {
            let (status, body, token) = script.remove(0);
            response_with(status, &[("elements-next-page-token", token)], body)
        });
        assert!(failed.is_none() && next.is_none(), "{failed:?}, {next:?}");
        assert_eq!((asked.as_str(), items), (queries, count));
    }
}

#[test]
fn a_token_that_is_not_text_does_not_end_the_list() {
    let token = http::HeaderValue::from_bytes(b"\xff").unwrap();
    let response = http::Response::builder().header("elements-next-page-token", token);
    let response = Response::from(response.body("[{}]".into()).unwrap());
    let (_, _, failed, _) = walk(|| response.clone());
    assert!(matches!(failed, Some(Error::Decode(_))), "{failed:?}");
}
