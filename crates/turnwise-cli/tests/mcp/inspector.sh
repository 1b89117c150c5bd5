#!/usr/bin/env bash
# Lists and calls the tools of `turnwise mcp` with the command line of the official MCP inspector.
# Usage: inspector.sh [PATH/TO/turnwise]. Needs npx; the inspector and the Node that it needs come from npm.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
turnwise=$(realpath "${1:-"$here/../../../../target/debug/turnwise"}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset CONVERRA_API_KEY CONVERRA_BASE_URL

# What the inspector says of a request. No argument here has a single quote in it.
inspect() {
    local quoted
    quoted=$(printf "'%s' " --cli "$turnwise" mcp "$@")
    timeout 120 npx --yes -p node@22 -p @modelcontextprotocol/inspector@2.12.0 -c "mcp-inspector $quoted" 2>errors
}

# Fails unless $2 holds $1.
expect() {
    if [[ $2 == *"$1"* ]]; then
        echo "ok: $1"
    else
        printf '%s\n' "expected $1 in:" "$2"
        cat errors
        exit 1
    fi
}

answer=$(inspect --method tools/list)
for tool in normalize_transcript check_transcript convert_transcript detect_format \
    log_conversation list_conversations get_conversation; do
    expect "\"name\": \"$tool\"" "$answer"
done
expect '"uri": "turnwise://formats"' "$(inspect --method resources/list)"
expect 'openai-chat' "$(inspect --method resources/read --uri turnwise://formats)"

chat=$'User: it says:\nerror: no disk\nAssistant: Free some space.'
expect '"messages": 2' \
    "$(inspect --method tools/call --tool-name normalize_transcript --tool-arg "transcript=$chat")"
expect '"clean": true' "$(inspect --method tools/call --tool-name check_transcript --tool-arg "transcript=$chat")"
expect '"format": "text"' "$(inspect --method tools/call --tool-name detect_format --tool-arg "transcript=$chat")"
expect '"to": "anthropic-messages"' \
    "$(inspect --method tools/call --tool-name convert_transcript --tool-arg "transcript=$chat" to=anthropic-messages)"
# A call that is refused is an answer; the inspector may say so by its exit code as well.
expect 'CONVERRA_API_KEY is not set' "$(inspect --method tools/call --tool-name list_conversations || true)"
