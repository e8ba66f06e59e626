//! Tables whose rows are cases with names of their own, each on both clients:
//! `cargo test -p ce-tests --test cases -- "create / too-many-requests / async"`.

mod answers;
mod captured;
mod environment;
mod faults;
mod records;
mod secrets;
#[path = "../tls.rs"]
mod tls;

use std::process::ExitCode;

use ce_tests::Kind;
use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if environment::is_child() {
        return environment::ask();
    }
    let mut arguments = Arguments::from_args();
    // A case waits more than it works.
    arguments.test_threads.get_or_insert(64);
    // That many need more open files than macOS grants unasked. Where there are fewer, cases fail.
    let _ = rlimit::increase_nofile_limit(4096);
    // While there is one subscriber alone, whichever thread first meets a place that records asks its own,
    // and where it has none, nothing is recorded there. So there is always another.
    let _other = captured::Captured::default().start();
    let cases = [
        faults::cases(),
        answers::cases(),
        environment::cases(),
        records::cases(),
        secrets::cases(),
    ];
    let cases = cases.into_iter().flatten().collect();
    libtest_mimic::run(&arguments, cases).exit_code()
}

/// Makes two cases of one: with the async client, and with the blocking one.
fn on_both<F: Future<Output = ()>>(
    name: &str,
    play: impl Fn(Kind) -> F + Clone + Send + 'static,
) -> Vec<Trial> {
    let case = |kind: Kind| {
        let play = play.clone();
        Trial::test(format!("{name} / {}", kind.name()), move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build()?.block_on(play(kind));
            Ok(())
        })
    };
    Kind::ALL.map(case).into()
}
