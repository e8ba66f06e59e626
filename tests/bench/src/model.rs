//! Decoding an instance, and writing it back.

use std::hint::black_box;
use std::time::Duration;

use ce_core::calls::GetInstance;
use ce_core::{Call, Response, http};
use ce_model::Instance;
use serde_json::Value;

use crate::by_hand;
use crate::documents;
use crate::effort::Effort;
use crate::report::{Bar, Row, time};
use crate::timing::{Times, repeated};

const TURN: Duration = Duration::from_millis(4);

/// Decoding at one size: ours, a tree, and a struct that drops what it doesn't know.
pub fn decoding(effort: Effort, text: &str) -> Times {
    let answer: Response = http::Response::new(text.to_owned().into()).into();
    let bytes = text.as_bytes();
    Times::take(
        effort.rounds(61),
        vec![
            repeated(TURN, || drop(black_box(decode(black_box(&answer))))),
            repeated(TURN, || {
                let tree = serde_json::from_slice::<Value>(black_box(bytes));
                drop(black_box(tree.expect("an instance")));
            }),
            repeated(TURN, || {
                let by_hand = serde_json::from_slice::<by_hand::Instance>(black_box(bytes));
                drop(black_box(by_hand.expect("an instance")));
            }),
        ],
    )
}

/// As the clients do it.
pub fn decode(answer: &Response) -> Instance {
    GetInstance::new(ce_core::model::InstanceId::new(1))
        .decode(answer)
        .expect("an instance")
}

fn writing(effort: Effort, text: &str) -> Times {
    let instance: Instance = serde_json::from_str(text).expect("an instance");
    let tree: Value = serde_json::from_str(text).expect("an instance");
    Times::take(
        effort.rounds(61),
        vec![
            repeated(TURN, || drop(black_box(black_box(&instance).to_json()))),
            repeated(TURN, || drop(black_box(serde_json::to_vec(&tree)))),
        ],
    )
}

/// The mix's rows: of the ratios over the sizes, their geometric mean.
pub fn rows(effort: Effort) -> Vec<Row> {
    let texts = documents::SIZES.map(documents::instance);
    let decoded = texts.each_ref().map(|text| decoding(effort, text));
    let written = texts.each_ref().map(|text| writing(effort, text));
    let row = |what: &str, against, times: &[Times], contestant: usize, bar| {
        let ratios = times.iter().map(|times| times.ratio(contestant));
        let sizes = texts.iter().map(|text| (text.len() as f64 / 1e3).round());
        let each: Vec<String> = ratios
            .clone()
            .zip(sizes)
            .map(|(ratio, size)| format!("{size} KB {ratio:.2}×"))
            .collect();
        let mean = ratios.map(f64::ln).sum::<f64>() / times.len() as f64;
        let (ours, theirs) = (times[1].median(0), times[1].median(contestant));
        Row {
            what: what.to_owned(),
            against,
            value: mean.exp(),
            bar: Bar::AtLeast(bar),
            detail: format!(
                "{}; at 3 KB {}, theirs {}",
                each.join(", "),
                time(ours),
                time(theirs)
            ),
        }
    };
    vec![
        row(
            "decode `Instance`, lossless, 1 to 100 KB",
            "`Value`",
            &decoded,
            1,
            2.0,
        ),
        row(
            "the same",
            "struct that drops the unknown",
            &decoded,
            2,
            0.8,
        ),
        row("write it back by `to_json`", "`Value`", &written, 1, 1.0),
    ]
}
