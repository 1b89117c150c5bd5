#!/usr/bin/env bash
# The official Python SDK, unchanged, against `turnwise serve`. Installs it into a folder of its own.
# Usage: test.sh [PATH/TO/turnwise].
set -euo pipefail
turnwise=$(realpath "${1:-"$(dirname "$0")/../../../../target/debug/turnwise"}")
cd "$(dirname "$0")/../../../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check -r crates/turnwise-server/tests/sdk/requirements.txt
"$folder/venv/bin/python" crates/turnwise-server/tests/sdk/sdk.py \
    "$turnwise" "$folder/data"
