#!/usr/bin/env bash
# Two replicas of the web application on one PostgreSQL, and what becomes of flows when one of the
# replicas is killed: `bash examples/webapp/replicas/run.sh`
#
# Needs Rust. PostgreSQL is installed by apt if it isn't there.
set -euo pipefail
cd "$(dirname "$0")/../../.."

cargo test --locked --no-run -p ce-webapp --test replicas
bash examples/webapp/postgres/run.sh cargo test --locked -q -p ce-webapp --test replicas
