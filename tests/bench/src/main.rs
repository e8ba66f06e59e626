//! What the clients cost, beside what people would write instead of them.
mod by_hand;
mod documents;
mod timing;
use std::hint::black_box;
use std::time::Duration;
use timing::Times;
fn main() {
    if std::env::args().nth(1).as_deref() == Some("prof") {
        let size: usize = std::env::args().nth(2).unwrap().parse().unwrap();
        let which = std::env::args().nth(3).unwrap();
        let text = documents::instance(size);
        let bytes = text.as_bytes();
        let ours: ce_model::Instance = serde_json::from_slice(bytes).unwrap();
        let tree: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        for _ in 0..1000 {
            match &*which {
                "ours" => {
                    black_box(
                        serde_json::from_str::<ce_model::Instance>(std::str::from_utf8(black_box(bytes)).unwrap()).unwrap(),
                    );
                }
                "hand" => {
                    black_box(
                        serde_json::from_slice::<by_hand::instance::Instance>(black_box(bytes))
                            .unwrap(),
                    );
                }
                "wours" => { black_box(serde_json::to_vec(black_box(&ours)).unwrap()); }
                "wtree" => { black_box(serde_json::to_vec(black_box(&tree)).unwrap()); }
                _ => {}
            }
        }
        return;
    }

    for size in documents::SIZES {
        let text = documents::instance(size);
        let bytes = text.as_bytes();
        let t = Times::take(
            41,
            Duration::from_millis(4),
            &mut [
                &mut || {
                    black_box(
                        serde_json::from_str::<ce_model::Instance>(std::str::from_utf8(black_box(bytes)).unwrap()).unwrap(),
                    );
                },
                &mut || {
                    black_box(
                        serde_json::from_slice::<serde_json::Value>(black_box(bytes)).unwrap(),
                    );
                },
                &mut || {
                    black_box(
                        serde_json::from_slice::<by_hand::instance::Instance>(black_box(bytes))
                            .unwrap(),
                    );
                },
            ],
        );
        let ours: ce_model::Instance = serde_json::from_slice(bytes).unwrap();
        let tree: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        let w = Times::take(
            41,
            Duration::from_millis(4),
            &mut [
                &mut || {
                    black_box(serde_json::to_vec(black_box(&ours)).unwrap());
                },
                &mut || {
                    black_box(serde_json::to_vec(black_box(&tree)).unwrap());
                },
            ],
        );
        println!(
            "{} ours {:.0} value {:.2} hand {:.2} | write {:.0} value {:.2}",
            bytes.len(),
            t.median(0),
            t.ratio(1),
            t.ratio(2),
            w.median(0),
            w.ratio(1)
        );
    }
}
