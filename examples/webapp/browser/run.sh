#!/usr/bin/env bash
# The web application in a real browser: `bash examples/webapp/browser/run.sh`
#
# Needs Rust. Chromium and its driver are installed by apt if they aren't there. With
# SCREENSHOTS=FOLDER, the README's two pictures are written there, and made small by pngquant.
set -euo pipefail
cd "$(dirname "$0")/../../.."

packages=()
command -v chromium >/dev/null && command -v chromedriver >/dev/null || packages+=(chromium chromium-driver)
[ -z "${SCREENSHOTS:-}" ] || command -v pngquant >/dev/null || packages+=(pngquant)
if [ ${#packages[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
[ -z "${SCREENSHOTS:-}" ] || SCREENSHOTS=$(realpath "$SCREENSHOTS")
[ -z "${SCREENSHOTS:-}" ] || export SCREENSHOTS
cargo test --locked -p ce-webapp --test chromium -- "$@"
[ -z "${SCREENSHOTS:-}" ] || pngquant --force --ext .png --strip 64 "$SCREENSHOTS"/{desk,phone}.png
