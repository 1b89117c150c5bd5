//! Conversations that nobody thought of, for tests of what every format must hold.

// Helpers of tests may panic, and not every test needs all of them.
#![allow(dead_code, unreachable_pub, clippy::expect_used)]

use chrono::{DateTime, FixedOffset};
use proptest::{collection::vec, option, prelude::*, sample::select};
use turnwise::{
    Arguments, ContentState, Conversation, Details, Extra, Media, MediaSource, Message, Part, RawJson,
    Reasoning, Role, Text, Tool, ToolCall, ToolResult, Usage,
};

/// Any conversation that a reader could have made.
///
/// Where the model can say the same in two ways, only one is made: details are left out where they are empty, how an
/// empty content was written is only said where the content is empty, arguments that are a string are text, and
/// [`Role::Other`] is none of the words that name a listed role.
pub fn conversation() -> impl Strategy<Value = Conversation> {
    let head = (option::of(text()), option::of(text()), option::of(text()), option::of(text()));
    let rest = (vec(tool(), 0..3), extra(), extra());
    (head, vec(message(), 0..6), rest).prop_map(
        |((id, title, status, preamble), messages, (tools, metadata, extra))| Conversation {
            id,
            title,
            status,
            preamble,
            messages,
            tools,
            metadata,
            extra,
        },
    )
}

/// A text with whatever stands in the way of reading it.
pub fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "\\",
        "\\\\",
        "\"",
        "/",
        "words and words",
        "User: ",
        "\nUser: hi\n",
        "\nAssistant: ",
        "\n\\User: ",
        "**AI:** ",
        "\n> ",
        "```",
        "\n```json\n",
        "\n~~~\n",
        "    ",
        "{\"role\":\"user\"}",
        "[12:03] ",
        "---\n",
        "é",
        "e\u{301}",
        "用户：",
        "😀",
        "\u{0}",
        "\u{7f}",
        "\u{2028}",
        "\u{feff}",
        "\u{200e}",
        "null",
    ];
    let pieces = vec(select(PIECES), 0..6).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()]
}

/// A JSON value written as somebody might: odd numbers, repeated keys, blanks, several lines.
pub fn raw_json() -> impl Strategy<Value = RawJson> {
    json_text().prop_map(|json| RawJson::new(json).expect("it is made of valid pieces"))
}

/// The text of a JSON value; see [`raw_json`].
pub fn json_text() -> impl Strategy<Value = String> {
    const SCALARS: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.10",
        "1E5",
        "1e400",
        "12345678901234567890123",
        "\"\"",
        "\"a\\u0041\\/\"",
        "\"\\ud800\"",
        "\"x\\ny\"",
        "{}",
        "[]",
        "[ ]",
        "{\n}",
    ];
    let string = text().prop_map(|text| serde_json::Value::from(text).to_string());
    let scalar = prop_oneof![4 => select(SCALARS).prop_map(str::to_owned), 1 => string];
    scalar.prop_recursive(4, 20, 4, |inner| {
        let comma = select(&[",", ", ", ",\n  ", " , "][..]);
        let member = (select(&["a", "a", "b", "type", "\\u0061", "x y"][..]), inner.clone());
        let member = member.prop_map(|(key, value)| format!("\"{key}\": {value}"));
        prop_oneof![
            (vec(inner, 1..4), comma.clone()).prop_map(|(items, comma)| format!("[{}]", items.join(comma))),
            (vec(member, 1..4), comma).prop_map(|(members, comma)| format!("{{ {} }}", members.join(comma))),
        ]
    })
}

fn extra() -> impl Strategy<Value = Extra> {
    const KEYS: &[&str] = &["a", "a", "role", "content", "extra", "messages", "userId", "", "k\"\\\n", "é/~"];
    let member = (select(KEYS).prop_map(str::to_owned), raw_json());
    prop_oneof![3 => Just(Extra::default()), 1 => vec(member, 0..4).prop_map(Extra)]
}

fn role() -> impl Strategy<Value = Option<Role>> {
    let listed = select(vec![Role::System, Role::Developer, Role::User, Role::Assistant, Role::Tool]);
    let other =
        select(&["critic", "Narrator", "観客", "a b", ""][..]).prop_map(|word| Role::Other(word.into()));
    option::weighted(0.9, prop_oneof![8 => listed, 1 => other])
}

/// Words that are no role's own.
fn label() -> impl Strategy<Value = Option<String>> {
    const WORDS: &[&str] = &["Customer", "Human", "gpt", "AI", "USER", "Kundin"];
    option::weighted(0.2, select(WORDS).prop_map(str::to_owned))
}

fn timestamp() -> impl Strategy<Value = DateTime<FixedOffset>> {
    let nanoseconds = prop_oneof![Just(0_u32), Just(500_000_000), Just(1_000), 0..1_000_000_000_u32];
    let offset = prop_oneof![Just(0), -1439..=1439_i32];
    // From the year 1 to the year 9998.
    (-62_100_000_000..253_300_000_000_i64, nanoseconds, offset).prop_map(|(seconds, nanoseconds, minutes)| {
        let instant = DateTime::from_timestamp(seconds, nanoseconds).expect("it is in range");
        instant
            .with_timezone(&FixedOffset::east_opt(minutes.saturating_mul(60)).expect("it is less than a day"))
    })
}

fn message() -> impl Strategy<Value = Message> {
    let parts = prop_oneof![2 => text().prop_map(|text| vec![Part::text(text)]), 1 => vec(part(), 0..4)];
    let details = prop_oneof![2 => Just(Details::default()), 1 => details()];
    (role(), label(), option::weighted(0.2, text()), parts, option::of(timestamp()), details).prop_map(
        |(role, label, name, parts, timestamp, mut details)| {
            if has_content(&parts) {
                details.content = ContentState::Present;
            }
            Message {
                role,
                label: label.map(Into::into),
                name: name.map(Into::into),
                parts: parts.into(),
                timestamp,
                details: (details != Details::default()).then(|| details.into()),
                ..Message::default()
            }
        },
    )
}

/// Whether the canonical form has a content that is not empty: texts, or answers where there is nothing else.
fn has_content(parts: &[Part]) -> bool {
    let is_text = |part: &Part| matches!(part, Part::Text(text) if !text.text.is_empty());
    let answers = |part: &Part| matches!(part, Part::ToolResult(result) if result.parts.iter().any(is_text));
    if parts.iter().all(|part| matches!(part, Part::ToolResult(_))) {
        parts.iter().any(answers)
    } else {
        parts.iter().any(is_text)
    }
}

fn details() -> impl Strategy<Value = Details> {
    let words = (option::of(text()), option::of(text()), option::of(text()), option::of(text()));
    let counts =
        (option::of(any::<u64>()), option::of(any::<u64>()), option::of(0..9_u64), option::of(any::<u64>()));
    let content = select(vec![ContentState::Present, ContentState::Null, ContentState::Absent]);
    (words, counts, extra(), extra(), content).prop_map(|(words, counts, metadata, extra, content)| {
        let (id, parent, model, time) = words;
        let (prompt_tokens, completion_tokens, tokens, latency_ms) = counts;
        Details {
            id,
            parent,
            model: model.map(Into::into),
            usage: Usage { prompt_tokens, completion_tokens, tokens },
            latency_ms,
            time: time.map(Into::into),
            metadata,
            extra,
            content,
        }
    })
}

fn part() -> impl Strategy<Value = Part> {
    let leaf = prop_oneof![
        3 => rich_text().prop_map(Part::Text),
        1 => rich_text().prop_map(Part::Refusal),
        1 => (text(), option::of(text()), extra())
            .prop_map(|(text, signature, extra)| Part::Reasoning(Reasoning { text, signature, extra }.into())),
        2 => (option::of(text()), text(), arguments(), extra())
            .prop_map(|(id, name, arguments, extra)| Part::ToolCall(ToolCall { id, name, arguments, extra }.into())),
        1 => media(),
        1 => raw_json().prop_map(Part::Json),
        1 => raw_json().prop_map(Part::Unknown),
        2 => (option::of(text()), text()).prop_map(|(call_id, text)| {
            Part::ToolResult(ToolResult { call_id, parts: vec![Part::text(text)], ..ToolResult::default() }.into())
        }),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        (option::of(text()), option::of(text()), vec(inner, 0..3), option::of(any::<bool>()), extra())
            .prop_map(|(call_id, name, parts, is_error, extra)| {
                Part::ToolResult(ToolResult { call_id, name, parts, is_error, extra }.into())
            })
    })
}

fn rich_text() -> impl Strategy<Value = Text> {
    (text(), extra()).prop_map(|(text, extra)| Text::with(text, extra))
}

fn media() -> impl Strategy<Value = Part> {
    let source = prop_oneof![
        text().prop_map(MediaSource::Url),
        text().prop_map(MediaSource::Data),
        text().prop_map(MediaSource::File),
        Just(MediaSource::Absent),
    ];
    (text(), source, option::of(text()), option::of(text()), extra()).prop_map(
        |(kind, source, media_type, name, extra)| {
            Part::Media(Media { kind, source, media_type, name, extra }.into())
        },
    )
}

fn tool() -> impl Strategy<Value = Tool> {
    (text(), option::of(text()), option::of(raw_json()), extra())
        .prop_map(|(name, description, parameters, extra)| Tool { name, description, parameters, extra })
}

fn arguments() -> impl Strategy<Value = Arguments> {
    let json = raw_json().prop_map(|json| match serde_json::from_str::<String>(json.as_str()) {
        Ok(text) => Arguments::Text(text),
        Err(_) if json.as_str().starts_with('"') => Arguments::Absent,
        Err(_) => Arguments::Json(json),
    });
    prop_oneof![text().prop_map(Arguments::Text), json, Just(Arguments::Absent)]
}
