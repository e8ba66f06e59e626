//! Counts allocations, for `ce-bench`.

fn main() {
    ce_bench::count();
}
