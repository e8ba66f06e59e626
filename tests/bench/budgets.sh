#!/usr/bin/env bash
# Crates, and size and time of a clean build, beside the same by hand: `bash tests/bench/budgets.sh [BUILDS]`
#
# Fails over a number of crates or a size. Of the times, which hang on what else the machine does, the
# quickest of so many builds counts, and it fails nothing. With no builds there are sizes alone, of what
# is built already as far as it is.
set -euo pipefail
cd "$(dirname "$0")"

broken=0
row() { # what, against, measured, bar, figures
    local mark=""
    awk "BEGIN { exit !($3 > $4) }" && mark=" **short**"
    printf '| %s | %s | %s%s | ≤ %s | %s |\n' "$1" "$2" "$3" "$mark" "$4" "$5"
    test -z "$mark"
}

builds=${1:-3}

# Builds a program: leaves its kilobytes in `size`, and seconds in `seconds`.
build() {
    local target=../../target began=$EPOCHREALTIME stripped
    [[ "$builds" -eq 0 ]] || target=../../target/budgets/$1
    [[ "$builds" -eq 0 ]] || rm -rf "$target"
    CARGO_TARGET_DIR=$target cargo build --release --locked --quiet --package "$1"
    seconds=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $began }")
    stripped=$(mktemp)
    strip -o "$stripped" "$target/release/$1"
    size=$(($(stat -c %s "$stripped") / 1000))
    rm -f "$stripped"
    [[ "$builds" -eq 0 ]] || rm -rf "$target"
}

printf '| what | against | measured | bar | figures |\n| --- | --- | --- | --- | --- |\n'
for budget in ce-model:13 ce-core:28 ce-blocking:43 ce-async:96; do
    # A crate that is shown again has a star; the first is the package itself.
    crates=$(cargo tree --locked --edges normal --prefix none --package "${budget%:*}" | sed 's/ (\*)$//' | sort -u | wc -l)
    row "crates below \`${budget%:*}\`" "" $((crates - 1)) "${budget#*:}" "" || broken=1
done
for budget in blocking:ureq:1.30 async:reqwest:1.20; do
    IFS=: read -r client library bar <<<"$budget"
    ours=9999 theirs=9999
    for _ in $(seq "$((builds > 0 ? builds : 1))"); do
        build "ce-bench-$client-by-hand"
        their_size=$size
        theirs=$(awk "BEGIN { print $seconds < $theirs ? $seconds : $theirs }")
        build "ce-bench-$client"
        ours=$(awk "BEGIN { print $seconds < $ours ? $seconds : $ours }")
    done
    ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
    [[ "$builds" -eq 0 ]] || row "clean build with \`ce-$client\`" "\`$library\`" "$(ratio "$ours" "$theirs")" "$bar" "$ours s, theirs $theirs s" || true
    row "its size, stripped" "\`$library\`" "$(ratio "$size" "$their_size")" 1.15 "$size KB, theirs $their_size KB" || broken=1
done
exit $broken
