//! JSON that is deep without end, or long without end, gives an answer on a small stack, with work that grows as it does.
//!
//! As in `linear`, work is measured by what is allocated, since a test does not look at a clock; an answer that takes
//! time out of proportion is noticed by whoever waits for it.

#![allow(clippy::expect_used, clippy::arithmetic_side_effects)]

use allocation_counter::measure;
use turnwise::{Format, Parser, json::canonical::to_json};

/// A build without optimisation is spared the longest.
const LEVELS: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
const LONG: usize = if cfg!(debug_assertions) { 4_000_000 } else { 100_000_000 };

/// How much more twice the input may cost.
const GROWTH: f64 = 2.5;

/// Reads and writes texts of a size and of half that size, on a stack of 2 MiB; nothing of them is lost.
fn answers(name: &'static str, size: usize, text: fn(usize) -> String) {
    let reading = move || {
        let [half, whole] = [size / 2, size].map(|size| {
            let input = text(size);
            let work = measure(|| {
                let parsed = Parser::new().format(Format::Canonical).parse(&input);
                let written: usize = parsed.conversations.iter().map(|found| to_json(found).len()).sum();
                assert!(written >= size, "{name}: {written} bytes are left of {}", input.len());
            });
            work.bytes_total as f64
        });
        assert!(whole <= GROWTH * half, "{name}: bytes allocated grew from {half} to {whole}");
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(reading).expect("a thread starts").join().expect("no panic");
}

/// One message with `value` in a field.
fn message(field: &str, value: &str) -> String {
    format!(r#"[{{"role":"tool","content":"a","{field}":{value}}}]"#)
}

fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    [&open.repeat(levels), inner, &close.repeat(levels)].concat()
}

#[test]
fn a_million_levels() {
    const RESULT: &str = r#"[{"type":"tool_result","parts":"#;
    answers("arrays", LEVELS, |levels| nested("[", "", "]", levels));
    answers("objects", LEVELS, |levels| nested("{\"a\":", "1", "}", levels));
    answers("arrays that never close", LEVELS, |levels| "[".repeat(levels));
    answers("objects that never close", LEVELS, |levels| "{\"a\":".repeat(levels));
    answers("arrays that close twice", LEVELS, |levels| nested("[", "", "]]", levels));
    answers("a field without a place", LEVELS, |levels| message("x", &nested("[", "", "]", levels)));
    answers("parts", LEVELS, |levels| message("parts", &nested("[", "", "]", levels)));
    answers("results within results", LEVELS, |levels| message("parts", &nested(RESULT, "[]", "}]", levels)));
}

#[test]
fn a_string_of_a_hundred_megabytes() {
    answers("plain", LONG, |bytes| message("text", &format!("\"{}\"", "x".repeat(bytes))));
    answers("escapes", LONG, |bytes| message("label", &format!("\"{}\"", "\\n".repeat(bytes))));
    answers("not ASCII", LONG, |bytes| {
        message("label", &format!("\"{}\\n\"", "\u{4e2d}".repeat(bytes / 3 + 1)))
    });
    answers("half characters", LONG, |bytes| {
        message("label", &format!("\"{}\"", "\\ud800".repeat(bytes / 3 + 1)))
    });
    answers("cut off", LONG, |bytes| format!("[{{\"role\":\"user\",\"content\":\"a\\n{}", "x".repeat(bytes)));
    answers("a name", LONG, |bytes| {
        format!("[{{\"role\":\"user\",\"content\":\"a\",\"{}\":1}}]", "x".repeat(bytes))
    });
}
