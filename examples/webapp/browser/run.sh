#!/usr/bin/env bash
# The web application in a real browser: `bash examples/webapp/browser/run.sh`
#
# Needs Rust. Chromium and its driver are installed by apt if they aren't there. With
# SCREENSHOTS=FOLDER, the README's two pictures are written there.
set -euo pipefail
cd "$(dirname "$0")/../../.."

if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium chromium-driver >/dev/null
fi
[ -z "${SCREENSHOTS:-}" ] || SCREENSHOTS=$(realpath "$SCREENSHOTS")
[ -z "${SCREENSHOTS:-}" ] || export SCREENSHOTS
cargo test --locked -q -p ce-webapp --test chromium -- "$@"
