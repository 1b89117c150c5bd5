#!/usr/bin/env bash
# Schemathesis against `turnwise serve`: what its OpenAPI document allows and forbids, made up at random.
# EXAMPLES says how many requests are made up for each operation. Installs it into a folder of its own.
# Usage: test.sh [PATH/TO/turnwise].
set -euo pipefail
turnwise=$(realpath "${1:-"$(dirname "$0")/../../../../target/debug/turnwise"}")
cd "$(dirname "$0")/../../../.."
here=crates/turnwise-server/tests/hostile
folder=$(mktemp -d)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
TURNWISE_LOG=warn "$turnwise" serve \
    --addr 127.0.0.1:0 --rate-limit 0 --data "$folder/data" >"$folder/address" &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
    [ -s "$folder/address" ] && break
    sleep 0.1
done
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 SCHEMATHESIS_HOOKS="$here/hooks.py"
"$folder/venv/bin/schemathesis" run "$(cat "$folder/address")/openapi.json" \
    --max-examples "${EXAMPLES:-25}" --no-color --generation-database none
