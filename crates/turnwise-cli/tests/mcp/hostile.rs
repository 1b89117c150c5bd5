//! Whatever comes in, the server answers the next request.

use crate::session::Session;
use serde_json::json;

#[test]
fn nothing_before_the_session_keeps_it_from_opening() {
    for line in [
        "garbage",
        "",
        "{\"foo\": 1}",
        "[]",
        "null",
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","id":9,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"x"}}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"tools/list"}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"initialize","params":{}}"#,
    ] {
        let mut session = Session::silent(&[]);
        session.line(line);
        assert_eq!(session.initialize()["serverInfo"]["name"], "turnwise", "{line}");
        session.is_alive();
    }
}

#[test]
fn no_line_ends_the_session() {
    let mut session = Session::open(&[]);
    let deep = "[".repeat(200_000);
    let deep_arguments = format!(
        r#"{{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{{"name":"detect_format","arguments":{{"transcript":{}{}}}}}}}"#,
        "[".repeat(500),
        "]".repeat(500),
    );
    let lines: &[&[u8]] = &[
        b"garbage",
        b"{\"a\":",
        b"\xFF\xFE\x00",
        b"\xEF\xBB\xBF",
        deep.as_bytes(),
        deep_arguments.as_bytes(),
        br#"{"jsonrpc":"2.0","id":7}"#,
        br#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#,
        br#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
        br#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
        br#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":[]}"#,
        br#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"detect_format","arguments":[1]}}"#,
        br#"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":5}}"#,
        br#"{"jsonrpc":"2.0","id":8,"method":"resources/read","params":{}}"#,
        br#"{"jsonrpc":"2.0","id":8,"result":{"x":1}}"#,
        br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#,
        br#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#,
        br#"[{"jsonrpc":"2.0","id":8,"method":"ping"}]"#,
    ];
    for line in lines {
        session.line(line);
        session.is_alive();
    }
}

#[test]
fn a_line_beyond_all_bounds_is_passed_over() {
    let mut session = Session::open(&[]);
    session.line(vec![b'x'; 40 << 20]);
    session.is_alive();
}

#[test]
fn unknown_methods_and_tools_are_named() {
    let mut session = Session::open(&[]);
    let answer = session.request("tools/call", json!({ "name": "no_such_tool", "arguments": {} }));
    assert_eq!(answer["error"]["code"], -32602);
    assert!(answer["error"]["message"].as_str().unwrap().contains("no_such_tool"));
    assert_eq!(session.request("no/such/method", json!({}))["error"]["code"], -32601);
    session.is_alive();
}

#[test]
fn a_cancelled_call_leaves_the_others_alone() {
    let mut session = Session::open(&[]);
    let long = "User: is it open?\nAI: no: not today\n".repeat(50_000);
    let cancelled =
        session.ask("tools/call", json!({ "name": "check_transcript", "arguments": { "transcript": long } }));
    let params = json!({ "requestId": cancelled, "reason": "changed my mind" });
    session
        .line(json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params }).to_string());
    let read = session.result("normalize_transcript", json!({ "transcript": "User: hi\nAI: hello" }));
    assert_eq!(read["messages"], 2);
}

#[test]
fn a_short_call_does_not_wait_for_long_ones() {
    let mut session = Session::open(&[]);
    let long = "User: is it open?\nAI: no: not today\n".repeat(30_000);
    let ask = |session: &mut Session| {
        session.ask("tools/call", json!({ "name": "check_transcript", "arguments": { "transcript": long } }))
    };
    let calls: Vec<u64> = (0..6).map(|_| ask(&mut session)).collect();
    session.is_alive();
    for id in calls {
        assert_eq!(session.answer(id)["result"]["structuredContent"]["messages"], 60_000);
    }
}

#[test]
fn input_that_ends_in_the_middle_of_a_call_is_an_end() {
    let mut session = Session::open(&[]);
    let long = "User: is it open?\nAI: no: not today\n".repeat(20_000);
    session.ask("tools/call", json!({ "name": "check_transcript", "arguments": { "transcript": long } }));
    assert_eq!(session.end().0, Some(0));
}
