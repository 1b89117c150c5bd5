#!/usr/bin/env bash
# Lists and calls the tools of `turnwise mcp` with the command line of the official MCP inspector.
# Usage: inspector.sh [PATH/TO/turnwise]. Needs npx; the inspector and the Node that it needs come from npm.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
turnwise=$(realpath "${1:-"$here/../../../../target/debug/turnwise"}")
cd "$(mktemp -d)"

# Runs the inspector with the rest of the arguments, and fails unless its answer holds $1.
inspect() {
    local expected=$1 answer
    shift
    answer=$(timeout 300 npx --yes -p node@22 -p @modelcontextprotocol/inspector@2.12.0 -c \
        "mcp-inspector --cli '$turnwise' mcp $*")
    if [[ $answer != *"$expected"* ]]; then
        printf '%s\n' "expected $expected from $*, got:" "$answer"
        exit 1
    fi
    echo "ok: $*"
}

for tool in normalize_transcript check_transcript convert_transcript detect_format; do
    inspect "\"name\": \"$tool\"" --method tools/list
done
inspect '"uri": "turnwise://formats"' --method resources/list
inspect '"messages": 2' --method tools/call --tool-name normalize_transcript \
    --tool-arg "'transcript=User: hi: there
AI: hello'"
inspect '"format": "text"' --method tools/call --tool-name detect_format --tool-arg "'transcript=User: hi
AI: hello'"
inspect '## ' --method tools/call --tool-name convert_transcript --tool-arg to=markdown \
    --tool-arg "'transcript=User: hi
AI: hello'"
