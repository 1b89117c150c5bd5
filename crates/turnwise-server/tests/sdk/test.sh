#!/usr/bin/env bash
# The official Python SDK, unchanged, against `turnwise serve`. Installs it into a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
cargo build --locked -p turnwise-cli
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check -r crates/turnwise-server/tests/sdk/requirements.txt
"$folder/venv/bin/python" crates/turnwise-server/tests/sdk/sdk.py \
    "${CARGO_TARGET_DIR:-target}/debug/turnwise" "$folder/data"
