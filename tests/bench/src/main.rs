//! What the clients cost, beside what people would write instead of them.
//!
//! `cargo run --release -p ce-bench -- --help`

fn main() -> std::process::ExitCode {
    ce_bench::run()
}
