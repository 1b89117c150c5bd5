#!/usr/bin/env bash
# Runs the official conformance suite of the Model Context Protocol against `turnwise mcp --http`.
# Usage: conformance.sh [PATH/TO/turnwise]. Needs npx; the suite and the Node that it needs come from npm.
# conformance.yaml says which scenarios do not apply, and why.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
turnwise=${1:-"$here/../../../../target/debug/turnwise"}
work=$(mktemp -d)
"$turnwise" mcp --http 127.0.0.1:0 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

address=
for _ in $(seq 100); do
    address=$(sed -n 's/^turnwise: serving at //p' "$work/log")
    [ -n "$address" ] && break
    sleep 0.1
done
[ -n "$address" ] || { echo "the server did not start:"; cat "$work/log"; exit 1; }

cd "$work"
timeout 300 npx --yes -p node@22 -p @modelcontextprotocol/conformance@0.1.16 -c \
    "conformance server --suite all --url $address --expected-failures $here/conformance.yaml -o $work/results"
