//! What the pages answer.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    markup::{check, text},
    server::Local,
};

/// Strings that run something where they are not escaped.
pub(crate) const HOSTILE: &[&str] = &[
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "\"><img src=x onerror=window.hit=1>",
    "' onfocus='window.hit=1' autofocus='",
    "<svg/onload=window.hit=1>",
    "</title><body onload=window.hit=1>",
    "</textarea><script>window.hit=1</script>",
    "<!--<script>",
    "]]><a href=javascript:window.hit=1>x</a>",
    "[x](javascript:window.hit=1)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/pixel.png)",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><button>",
    "<style>@import 'https://evil.example/'</style>",
    "```\n</code></pre><script>window.hit=1</script>\n```",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\u{0}<script\u{0}>window.hit=1</script>",
];

/// A conversation with `words` wherever a conversation has words.
pub(crate) fn hostile(words: &str) -> Value {
    // What is longer is refused.
    let short: String = words.chars().take(200).collect();
    json!({
        "agentName": short, "title": words, "status": "active", "llmModel": words, "companyName": words,
        "sessionId": words, "userId": words, "traceId": words, "metadata": {words: words, "a": {words: [words]}},
        "extra": {words: words},
        "toolDefinitions": [{"name": words, "description": words, "parameters": {words: words}}],
        "messages": [
            {"role": "system", "content": words},
            {"role": "user", "content": words, "name": words, "timestamp": words},
            {"role": words, "content": words, "metadata": {words: words}},
            {"role": "assistant", "content": words, "model": words,
                "toolCalls": [{"id": "c", "name": words, "arguments": {words: words}}]},
            {"role": "assistant", "content": [
                {"type": "text", "text": words},
                {"type": "thinking", "thinking": words, "signature": words},
                {"type": "image_url", "image_url": {"url": words}},
                {"type": "image_url", "image_url": {"url": "javascript:window.hit=1"}},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": words}},
                {"type": "image", "source": {"type": "base64", "media_type": "image/svg+xml", "data": "AAAA"}},
                {"type": "refusal", "refusal": words},
                {"type": words, "text": words}]},
            {"role": "tool", "toolCallId": "c", "content": words},
        ],
    })
}

/// Every page that shows it.
fn pages_of(server: &Local, body: &Value) -> Vec<String> {
    let id = server.store(body);
    [format!("/conversations/{id}"), "/".to_owned()]
        .map(|path| {
            let answer = server.get(&path);
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer.body
        })
        .into()
}

#[test]
fn words_stay_words_in_every_field() {
    let server = Local::start();
    for words in HOSTILE {
        pages_of(&server, &hostile(words)).iter().for_each(|page| check(page));
        let content = format!("User: {words}\nAI: {words}\n{words}: {words}\nUser: ok\nAI: {words}");
        pages_of(&server, &json!({"agentId": words, "content": content, "status": "completed"}))
            .iter()
            .for_each(|page| check(page));
        for input in [content, hostile(words).to_string()] {
            for path in ["/playground", "/playground/reading"] {
                let fields = [("text", input.as_str()), ("format", words), ("labels", words)];
                check(&server.post(path, &fields, &[]).body);
            }
        }
        let asked = words.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let address = format!("/?q={asked}&agent={asked}&status={asked}&page={asked}");
        check(&server.get(&address).body);
        check(&server.get(&format!("/conversations/{asked}")).body);
        check(&server.get(&format!("/playground?example={asked}")).body);
    }
}

#[test]
fn what_was_said_can_be_read() {
    let server = Local::start();
    for words in HOSTILE.iter().filter(|words| !words.contains(['\u{0}', '`', '[', '&'])) {
        let page = pages_of(&server, &hostile(words)).swap_remove(0);
        assert!(text(&page).matches(words).count() > 10, "{words}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_stays_words(pieces in prop::collection::vec(prop_oneof![
        prop::sample::select(HOSTILE).prop_map(str::to_owned),
        prop::sample::select(vec!["<", ">", "\"", "'", "&", "`", "=", "/", "\n", "[", "](", ")", "*", "|", "#", "User: ", "AI: "])
            .prop_map(str::to_owned),
        "\\PC{0,8}",
    ], 1..12)) {
        let server = Local::start();
        // A name is never empty.
        let words = format!("x{}", pieces.concat());
        pages_of(&server, &hostile(&words)).iter().for_each(|page| check(page));
        let form = server.post("/playground", &[("text", words.as_str()), ("format", ""), ("labels", "")], &[]);
        check(&form.body);
    }
}

#[test]
fn every_page_says_what_may_run() {
    let server = Local::start();
    let id = server.store(&hostile("x"));
    let paths = [
        "/",
        "/playground",
        "/login",
        "/assets/style.css",
        "/assets/script.js",
        "/assets/icon.svg",
        "/nowhere",
        &format!("/conversations/{id}"),
        "/conversations/nowhere",
        &format!("/conversations/{id}/requests/1"),
    ];
    for path in paths {
        let answer = server.get(path);
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
            form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{path}",
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
    assert_eq!(server.get("/").header("cache-control"), "no-store");
}

#[test]
fn what_is_not_there_is_a_page_or_json() {
    let server = Local::start();
    for path in [
        "/nowhere",
        "/conversations/nowhere",
        "/conversations/a%2fb",
        "/conversations/%00",
        "/conversations/%ff",
    ] {
        let answer = server.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(answer.body.contains("<h1>"), "{path}");
    }
    let answer = server.get_with("/api/v1/nowhere", &[("accept", "*/*")]);
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/json"));
}

#[test]
fn the_first_page_of_nothing_teaches() {
    let server = Local::start();
    let page = text(&server.get("/").body);
    assert!(page.contains("turnwise send") && page.contains("curl"), "{page}");
}

#[test]
fn the_list_has_pages_filters_and_search() {
    let server = Local::start();
    for number in 0..60 {
        let status = if number % 2 == 0 { "completed" } else { "active" };
        let content = format!("User: kettle number {number}\nAI: Noted.");
        server.store(&json!({"agentName": if number < 5 { "Sales" } else { "Support" }, "content": content, "status": status}));
    }
    let rows = |query: &str| {
        let body = server.get(&format!("/{query}")).body;
        (body.matches("class=\"step\"").count(), text(&body))
    };
    let (count, page) = rows("");
    assert!(count == 25 && page.contains("Page 1 of 3") && page.contains("kettle number 59"), "{page}");
    let (count, page) = rows("?page=3");
    assert!(count == 10 && page.contains("kettle number 0"), "{page}");
    assert_eq!(rows("?page=99").0, 0);
    assert_eq!(rows("?page=x").0, 25);
    assert_eq!(rows("?status=completed&page=2").0, 5);
    assert_eq!(rows("?q=KETTLE+number+7").0, 1);
    assert_eq!(rows("?q=%25").0, 0);
    assert_eq!(rows("?q=nothing").0, 0);
    let body = server.get("/").body;
    let agent = body.split("<option value=\"").find(|option| option.contains("Sales")).expect("an agent");
    let agent = agent.split('"').next().expect("its identifier");
    assert_eq!(rows(&format!("?agent={agent}")).0, 5);
    assert_eq!(rows(&format!("?agent={agent}&status=active")).0, 2);
    // Links to other pages keep the question.
    assert!(
        server
            .get("/?q=kettle&status=active")
            .body
            .contains("href=\"/?q=kettle&amp;status=active&amp;page=2\"")
    );
}

#[test]
fn long_conversations_have_pages() {
    let server = Local::start();
    let messages: Vec<_> = (1..=9_990)
        .map(|number| json!({"role": if number % 2 == 1 { "user" } else { "assistant" }, "content": format!("word{number}.")}))
        .collect();
    let id = server.store(&json!({"agentName": "A", "messages": messages}));
    server.append(&id, &json!([{"role": "user", "content": "the last one"}]));
    let page = |number: &str| server.get(&format!("/conversations/{id}?page={number}")).body;
    let first = page("1");
    assert_eq!(first.matches("<article").count(), 100);
    assert!(first.contains("id=\"m100\"") && !first.contains("id=\"m101\""));
    assert!(text(&first).contains("Messages 1 to 100 of 9,991"));
    let last = page("100");
    assert!(last.contains("id=\"m9991\"") && last.contains("the last one") && last.contains("Request 2"));
    for beyond in ["101", "18446744073709551616", "-1", "x", ""] {
        assert_eq!(server.get(&format!("/conversations/{id}?page={beyond}")).status, 200, "{beyond}");
    }
    // Both requests are on the last page; what is too long of them is cut, and can be saved.
    assert!(last.len() < 2 << 20, "{}", last.len());
    let saved = server.get(&format!("/conversations/{id}/requests/1"));
    assert_eq!(saved.header("content-disposition"), "attachment; filename=\"conversation.json\"");
    assert_eq!(
        serde_json::from_str::<Value>(&saved.body).expect("JSON")["messages"][9_989]["content"],
        "word9990."
    );
    assert_eq!(server.get(&format!("/conversations/{id}/requests/0")).status, 404);
    assert_eq!(server.get(&format!("/conversations/{id}/requests/3")).status, 404);
}

#[test]
fn a_conversation_shows_who_when_and_what() {
    let server = Local::start();
    let id = server.store(&json!({
        "agentName": "Support", "title": "A late kettle", "status": "completed", "companyName": "Acme",
        "metadata": {"channel": "web", "number": 12345678901234567890u64},
        "messages": [
            {"role": "user", "content": "Where is *it*?", "name": "Jo", "timestamp": "2025-01-20T14:30:00Z"},
            {"role": "assistant", "content": "One **moment**.", "timestamp": "2025-01-21T09:00:00+01:00", "model": "gpt-4o",
                "latencyMs": 1200, "toolCalls": [{"id": "c1", "name": "find", "arguments": {"id": 7}}]},
            {"role": "tool", "toolCallId": "c1", "content": "{\"status\": \"shipped\"}"},
            {"role": "assistant", "content": ""},
        ],
    }));
    let html = server.get(&format!("/conversations/{id}")).body;
    check(&html);
    let page = text(&html);
    for words in [
        "A late kettle",
        "completed",
        "Support",
        "4 messages",
        "Acme",
        "channel",
        "web",
        "12345678901234567890",
        "Jo",
        "Where is *it*?",
        "Monday, 20 January 2025",
        "14:30:00",
        "Tuesday, 21 January 2025",
        "09:00:00 +01:00",
        "gpt-4o",
        "1.2 s",
        "Called find",
        "Answer of find",
        "\"status\": \"shipped\"",
        "No text",
        "Request 1",
    ] {
        assert!(page.contains(words), "{words:?} in {page}");
    }
    assert!(html.contains("One <strong>moment</strong>."), "{html}");
}

#[test]
fn findings_have_their_line() {
    let server = Local::start();
    let content = "User: see below\n```\nlet x = 1;\nAssistant: It is open.\nUser: Oh.\nAssistant: No harm.";
    let id = server.store(&json!({"agentName": "A", "content": content, "status": "completed"}));
    let html = server.get(&format!("/conversations/{id}")).body;
    assert!(html.contains("<mark class=\"warning\">Assistant:"), "{html}");
    assert!(text(&html).contains("line 4, column 1 message 2"), "{}", text(&html));
}

#[test]
fn what_explains_a_finding_is_shown() {
    let server = Local::start();
    let messages = r#"[{"role": "user", "content": "a"},
        {"role": "user", "content": "b"}]"#;
    let page = text(&server.post("/playground/reading", &[("text", messages)], &[]).body);
    assert!(page.contains("the one before it, line 1"), "{page}");
}

#[test]
fn findings_of_several_requests_say_which() {
    let server = Local::start();
    let id = server.store(&json!({"agentName": "A", "content": "User: a\nAI: b", "status": "active"}));
    server.append(
        &id,
        &json!([{"role": "user", "content": "c", "timestamp": "later"}, {"role": "user", "content": ""}]),
    );
    let page = text(&server.get(&format!("/conversations/{id}")).body);
    for words in ["request 2, /messages/0/timestamp message 3", "request 2, message 4"] {
        assert!(page.contains(words), "{words:?} in {page}");
    }
}

#[test]
fn a_key_is_asked_for_where_there_is_one() {
    let server = Local::with_keys(&["sk_one"]);
    for path in ["/", "/playground", "/conversations/x", "/conversations/x/requests/1"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.body.contains("type=\"password\""), "{path}");
    }
    assert_eq!(server.post("/playground", &[("text", "User: a")], &[]).status, 401);
    assert_eq!(server.get("/assets/style.css").status, 200);
    assert_eq!(server.post("/login", &[("key", "wrong")], &[]).status, 401);
    let elsewhere = server.post("/login", &[("key", "sk_one")], &[("origin", "http://evil.example")]);
    assert_eq!((elsewhere.status, elsewhere.header("set-cookie")), (403, ""));

    let entered =
        server.post("/login", &[("key", "sk_one"), ("next", "/playground")], &[("origin", &server.url)]);
    assert_eq!((entered.status, entered.header("location")), (303, "/playground"));
    let cookie = entered.header("set-cookie");
    assert!(
        cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict") && !cookie.contains("sk_one"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a cookie");
    for path in ["/", "/playground"] {
        assert_eq!(server.get_with(path, &[("cookie", cookie)]).status, 200, "{path}");
    }
    // The cookie opens pages only.
    assert_eq!(
        server.get_with("/api/v1/conversations", &[("cookie", cookie), ("accept", "*/*")]).status,
        401
    );
}

#[test]
fn the_playground_refuses_what_is_too_large() {
    let server = Local::start();
    let text = "User: a\n".repeat(200_000);
    for path in ["/playground", "/playground/reading"] {
        let answer = server.post(path, &[("text", &text)], &[]);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (413, "text/html; charset=utf-8"),
            "{path}"
        );
    }
    // Larger still: it is refused before it is sent.
    let host = server.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let head = format!(
        "POST /playground HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000000\r\n\r\n",
    );
    stream.write_all(head.as_bytes()).expect("a server that reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}
