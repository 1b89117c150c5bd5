//! Documents on which naive readers are quadratic.

/// Makes a document of so many things.
pub type Build = fn(usize) -> String;

/// JSON of many things of one kind, which naive readers look for in all that came before: a name, and how to make it.
pub const DOCUMENTS: &[(&str, Build)] = &[
    ("fields of a message", |n| {
        list(r#"[{"role":"user","content":"x","#, n, |i| format!(r#""a{i}":{i}"#), "}]")
    }),
    ("fields beside messages", |n| list("{\"messages\":[],", n, |i| format!(r#""a{i}":{{"b":1}}"#), "}")),
    ("messages", |n| list("[", n, |i| format!(r#"{{"role":"user","content":"x{i}"}}"#), "]")),
    ("messages that are broken", |n| list("[", n, |_| r#"{"role":"user","content:"}"#.to_owned(), "]")),
    ("lists of messages", |n| {
        list("{", n, |i| format!(r#""l{i}":[{{"role":"user","content":"x{i}"}}]"#), "}")
    }),
    ("conversations", |n| {
        list("[", n, |i| format!(r#"{{"messages":[{{"role":"user","content":"x{i}"}}]}}"#), "]")
    }),
    ("steps", |n| {
        list("{\"steps\":[", n, |i| format!(r#"{{"messages":[{{"role":"user","content":"x{i}"}}]}}"#), "]}")
    }),
    ("calls of tools", |n| {
        let call = |i| format!(r#"{{"id":"c{i}","function":{{"name":"f","arguments":"{{}}"}}}}"#);
        list(r#"[{"role":"assistant","tool_calls":["#, n, call, "]}]")
    }),
    ("answers of tools", |n| {
        let answer = |i| format!(r#"{{"type":"tool_result","tool_use_id":"c{i}","content":"x"}}"#);
        list(r#"[{"role":"user","content":["#, n, answer, "]}]")
    }),
    ("items of a response", |n| {
        list(
            "[",
            n,
            |i| format!(r#"{{"type":"function_call","call_id":"c{i}","name":"f","arguments":"{{}}"}}"#),
            "]",
        )
    }),
    ("fields of many answers", |n| {
        let answers = list("", n, |_| r#"{"message":{"role":"assistant","content":"x"}}"#.to_owned(), "");
        list("{", n, |_| r#""model":"m","created":1"#.to_owned(), &format!(r#","choices":[{answers}]}}"#))
    }),
    ("fields of no answer", |n| {
        list("{", n, |_| r#""model":"m""#.to_owned(), &list(",", n, |i| format!(r#""a{i}":1"#), "}"))
    }),
    ("events", |n| {
        let event =
            |i| format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"w{i}\"}}}}]}}\n\n");
        (0..n).map(event).collect()
    }),
    ("attributes", |n| {
        let pair = |i| format!(r#""gen_ai.prompt.{i}.role":"user","gen_ai.prompt.{i}.content":"x{i}""#);
        list("{", n, pair, "}")
    }),
    ("lines that are broken", |n| "{\"role\":\"user\",\"content\":\"a\"}\nx\n".repeat(n)),
    ("escapes", |n| format!(r#"[{{"role":"user","content":"{}"}}]"#, r#"\n\"\u00e9"#.repeat(n))),
    ("halves of surrogates", |n| format!(r#"[{{"role":"user","content":"{}"}}]"#, r"\ud800".repeat(n))),
    ("strings", |n| list("{\"messages\":[", n, |_| "\"hi\"".to_owned(), "]}")),
    ("objects in objects", |n| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n))),
    ("messages in messages", |n| format!("{}{}", "{\"messages\":[".repeat(n), "]}".repeat(n))),
];

fn list(head: &str, n: usize, item: impl Fn(usize) -> String, tail: &str) -> String {
    let items: Vec<String> = (0..n).map(item).collect();
    format!("{head}{}{tail}", items.join(","))
}
