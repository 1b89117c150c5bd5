"""The official SDK against `turnwise serve`: `sdk.py TURNWISE DATA`."""

import json
import os
import subprocess
import sys
import time
import urllib.request

import httpx2
from converra import Converra
from converra._errors import ConverraError
from openai import OpenAI

KEY = "sk_test_anything"
PROMPT = "You are a helpful\n  assistant"


def get(base, path):
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {KEY}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def said(base, run):
    return [(message["role"], message["content"]) for message in get(base, f"/runs/{run}")["messages"]]


def creates_at_once(converra, base):
    sent = converra.send(
        agent="Support Bot",
        messages=[
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": "Where is\n#12345?"},
            {
                "role": "assistant",
                "content": "It ships tomorrow: café 🎉",
                "tool_calls": [{"name": "lookup_order", "arguments": {"id": "12345"}}],
                "usage": {"prompt_tokens": 200, "completion_tokens": 85},
                "latency_ms": 0,
            },
        ],
        session_id="sess_1",
        user_id="user_1",
        title="T",
        trace_id="tr_1",
        parent_trace_id="tr_0",
        metadata={"channel": "web"},
    )
    run = get(base, f"/runs/{sent.conversation_id}")
    assert run["status"] == "completed", run
    assert run["agentName"] == "Support Bot", run
    assert run["metadata"] == {"channel": "web", "source": "sdk"}, run
    given = {name: run[name] for name in ("sessionId", "userId", "title", "traceId", "parentTraceId")}
    assert list(given.values()) == ["sess_1", "user_1", "T", "tr_1", "tr_0"], given
    assert [message["role"] for message in run["messages"]] == ["system", "user", "assistant"], run
    answer = run["messages"][2]
    assert answer["usage"] == {"promptTokens": 200, "completionTokens": 85}, answer
    assert answer["toolCalls"][0]["name"] == "lookup_order" and answer["latencyMs"] == 0, answer
    return run["agentId"]


def sends_turn_by_turn(converra, base):
    first = converra.send(agent="Support Bot", messages=[{"role": "user", "content": "Hi"}], status="active")
    run = first.conversation_id
    for role, content, status in [
        ("assistant", "Hello", "active"),
        ("user", "#12345", "active"),
        ("assistant", "Found it", "completed"),
    ]:
        messages = [{"role": role, "content": content}]
        more = converra.send(agent="Support Bot", conversation_id=run, messages=messages, status=status)
        assert more.conversation_id == run, more
    assert said(base, run) == [("user", "Hi"), ("assistant", "Hello"), ("user", "#12345"), ("assistant", "Found it")]
    assert get(base, f"/runs/{run}")["status"] == "completed"
    try:
        converra.send(agent="Support Bot", conversation_id=run, messages=messages, status="completed")
    except ConverraError as refused:
        assert refused.code == "REQUEST_FAILED", refused
    else:
        raise AssertionError("a completed conversation took another message")
    return run


def insights_are_skipped(converra, run):
    insights = converra.get_run_insights(run)
    assert insights.status == "skipped" and insights.conversation_id == run, insights
    assert converra.get_run_insights("no_such_run") is None


def answers(request):
    """What the model's provider would say."""
    body = json.loads(request.content)
    message = {"role": "assistant", "content": "To " + body["messages"][-1]["content"]}
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    completion = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
    return httpx2.Response(200, json={**completion, "choices": [choice], "usage": usage})


def wraps_a_client(converra, base, agent):
    client = OpenAI(api_key="none", http_client=httpx2.Client(transport=httpx2.MockTransport(answers)))
    wrapped = converra.wrap(client)
    messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": "wrapped words"}]
    wrapped.chat.completions.create(model="gpt-4o", messages=messages)
    messages = [{"role": "user", "content": "no prompt"}]
    wrapped.chat.completions.create(model="gpt-4o", messages=messages)
    for search, owner in [("to%20wrapped%20words", agent), ("to%20no%20prompt", None)]:
        found = wait_for(lambda: get(base, f"/runs?search={search}")["data"])
        assert len(found) == 1, found
        assert (found[0]["agentId"], found[0]["llmModel"], found[0]["status"]) == (owner, "gpt-4o", "completed"), found


def wait_for(look):
    for _ in range(100):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing was captured in ten seconds")


def main():
    turnwise, data = sys.argv[1:]
    # The SDK would ask a proxy for this machine's own addresses too.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    command = [turnwise, "serve", "--addr", "127.0.0.1:0", "--data", data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            base = server.stdout.readline().strip() + "/api/v1"
            converra = Converra(api_key=KEY, base_url=base, batch_size=1, flush_interval=0.1).init()
            agent = creates_at_once(converra, base)
            run = sends_turn_by_turn(converra, base)
            insights_are_skipped(converra, run)
            wraps_a_client(converra, base, agent)
            converra.shutdown()
        finally:
            server.terminate()
        assert server.wait(20) == 0, "the server did not stop in good order"
    print("the official SDK works: send (create, incremental, completed), insights, wrap")


main()
