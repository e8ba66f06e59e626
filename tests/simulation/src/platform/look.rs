//! `GET /instances?tags[]=…`: what a look shows of what the platform holds.

use std::time::Duration;

use ce_core::Response;

use super::answer::{Shape, list, response, response_with};
use super::{Effect, Held, Reaction, Surroundings};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// The instance.
    Shown(Shape),
    /// 404 in the platform's own shape.
    NoneFound,
    EmptyList,
    /// What the token of a further page leads to.
    NextPage,
    /// An empty page, and the token of a further one that holds the instance, if there is one.
    EmptyPage,
    /// The filter is not obeyed: pages of strangers, the instance at their end.
    Unfiltered,
    /// A list that ends before the instance.
    StrangersAlone,
    /// An empty list, and a total of one.
    TotalSaysMore,
    /// 404 of a gateway.
    OtherNotFound,
    Blank,
    /// 200, and a page of a gateway.
    Unreadable,
    /// 429, and when to come back, in seconds.
    Busy(u32),
    Status(u16),
    /// A copy that somebody made on another element, its tags included; it is gone later.
    OnAnotherElement,
    NotSent,
    Lost,
    /// Nothing until the time is up.
    Silence,
}

pub(super) fn reactions(is_further: bool, held: &[Held], now: Duration) -> Vec<Reaction> {
    use Look::{
        Blank, Busy, EmptyList, EmptyPage, Lost, NextPage, NoneFound, NotSent, OnAnotherElement,
        OtherNotFound, Shown, Silence, Status, StrangersAlone, TotalSaysMore, Unfiltered,
        Unreadable,
    };
    let exists = held.iter().any(|held| held.exists_from <= now);
    let may_be_hidden = held.iter().all(|held| held.shown_from > now);
    let mut looks = Vec::with_capacity(20);
    match is_further {
        true => looks.push(NextPage),
        false => {
            let shown = [Shown(Shape::Plain), Shown(Shape::Odd)];
            looks.extend(shown.into_iter().filter(|_| exists));
            let hidden = [NoneFound, EmptyList].into_iter();
            looks.extend(hidden.filter(|_| may_be_hidden));
            looks.extend([
                EmptyPage,
                Unfiltered,
                StrangersAlone,
                TotalSaysMore,
                OnAnotherElement,
            ]);
        }
    }
    let statuses = [302, 401, 503].map(Status);
    looks.extend([OtherNotFound, Blank, Unreadable, Busy(5), Busy(3600)]);
    looks.extend(statuses.into_iter().chain([NotSent, Lost, Silence]));
    let crash = Reaction::Crash(Effect::Nothing);
    let looks = looks.into_iter().map(Reaction::Look);
    looks.chain([crash]).collect()
}

impl Look {
    /// What it is unless it is lost, and the flow's instance in it. `page` is the token that is asked
    /// with.
    pub(super) fn response(
        self,
        tag: &str,
        page: Option<&str>,
        held: &[Held],
        around: &Surroundings<'_>,
    ) -> (Option<Response>, Option<u64>) {
        let mut held = held.iter().filter(|held| held.exists_from <= around.now);
        let ours = held.find(|held| held.tags.iter().any(|its| its == tag));
        let alone = |shape| (response(200, list(ours.into_iter(), shape)), ours);
        let empty = |header| response_with(200, &[header], "[]");
        let (response, shown) = match self {
            Self::Shown(shape) => alone(shape),
            Self::NextPage => match page.and_then(|page| page.strip_prefix(OF_UNFILTERED)) {
                Some(from) => unfiltered(from.parse().unwrap_or(0), ours, around),
                None => alone(Shape::Plain),
            },
            Self::Unfiltered => unfiltered(0, ours, around),
            Self::NoneFound => (response(404, NONE_FOUND), None),
            Self::EmptyList => (response(200, "[]"), None),
            Self::EmptyPage => (empty((NEXT_PAGE, "filtered".to_owned())), None),
            Self::StrangersAlone => {
                let strangers = around.strangers.iter().take(around.page_size);
                (response(200, list(strangers, Shape::Plain)), None)
            }
            Self::TotalSaysMore => (empty((TOTAL, "1".to_owned())), None),
            Self::OtherNotFound => (response(404, r#"{"message":"Not found"}"#), None),
            Self::Blank => (response(200, ""), None),
            Self::Unreadable => (response(200, "<html>ok</html>"), None),
            Self::Busy(seconds) => {
                let header = ("retry-after", seconds.to_string());
                (response_with(429, &[header], "{}"), None)
            }
            Self::Status(status) => (response(status, "{}"), None),
            Self::OnAnotherElement => {
                let element = r#"{"id":75,"key":"facebook"}"#;
                let copy =
                    format!(r#"[{{"id":2,"token":"t","element":{element},"tags":["{tag}"]}}]"#);
                (response(200, copy), None)
            }
            Self::NotSent | Self::Lost | Self::Silence => return (None, None),
        };
        (Some(response), shown.map(|held| held.id))
    }
}

/// A page of all there is, strangers first. A full page has a token, even if it is the last.
fn unfiltered<'a>(
    from: usize,
    ours: Option<&'a Held>,
    around: &'a Surroundings<'_>,
) -> (Response, Option<&'a Held>) {
    let all = around.strangers.iter().chain(ours);
    let page: Vec<_> = all.clone().skip(from).take(around.page_size).collect();
    let shown = ours.filter(|ours| page.iter().any(|held| held.id == ours.id));
    let mut headers = vec![(TOTAL, all.count().to_string())];
    if page.len() == around.page_size {
        headers.push((NEXT_PAGE, format!("{OF_UNFILTERED}{}", from + page.len())));
    }
    let body = list(page.into_iter(), Shape::Plain);
    (response_with(200, &headers, body), shown)
}

/// How the tokens of such pages begin.
const OF_UNFILTERED: &str = "unfiltered-";
const NEXT_PAGE: &str = "elements-next-page-token";
const TOTAL: &str = "elements-total-count";
const NONE_FOUND: &str = r#"{"requestId":"r","message":"No element instances found"}"#;
