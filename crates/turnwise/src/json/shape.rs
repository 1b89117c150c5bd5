//! What a value is, told by the keys that are there and never by names or values.

use super::{
    ahead::{has, has_key},
    dialect,
    envelope::shape_of_text,
    gemini, nested, otel, raw, role,
    scan::{Kind, Scanner},
    stream,
};
use crate::limits::Limits;

/// Objects within objects that are looked into for messages.
pub(crate) const LEVELS: usize = 8;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An object that messages stand in.
    Conversation,
    /// An array of such objects.
    Conversations,
    /// One message.
    Message,
    /// An array of messages.
    Messages,
    /// An array of arrays of messages.
    Lists,
    /// No conversation.
    Other,
}

/// Fields whose objects are no messages and hold none, whatever they look like.
const NO_CARRIERS: &[&str] = &[
    "error",
    "extra",
    "functions",
    "input_schema",
    "metadata",
    "parameters",
    "rejected",
    "response_format",
    "toolConfig",
    "toolDefinitions",
    "tool_definitions",
    "tools",
    "usage",
];

/// Fields that hold messages and nothing else, so that less is enough to be one.
const LISTS: &[&str] = &[
    "messages",
    "conversation",
    "conversations",
    "contents",
    "candidates",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
];

/// Fields that hold what was asked, as a string.
const ASKED: &[&str] = &["input", "prompt", "question", "query", "user_prompt", "instruction"];

/// Fields that hold what was answered, as a string.
const ANSWERED: &[&str] = &["output", "completion", "answer", "response", "chosen"];

impl Shape {
    /// Shape of the value that comes next; it is looked at no further than it takes to tell.
    pub(crate) fn of(scan: &Scanner<'_>) -> Self {
        value(&mut scan.probe(), 0, false)
    }

    /// The same for the value of the field `name`.
    pub(crate) fn of_field(scan: &Scanner<'_>, name: &str) -> Self {
        if NO_CARRIERS.contains(&name) {
            Self::Other
        } else {
            value(&mut scan.probe(), 1, LISTS.contains(&name))
        }
    }
}

/// Whether a string under this name is what somebody asked (`Some(false)`) or answered (`Some(true)`).
pub(crate) fn side(name: &str) -> Option<bool> {
    if ASKED.contains(&name) {
        Some(false)
    } else if ANSWERED.contains(&name) {
        Some(true)
    } else {
        otel::side(name)
    }
}

/// Shape of a value; the scanner stops where it is told.
fn value(scan: &mut Scanner<'_>, level: usize, listed: bool) -> Shape {
    match scan.kind() {
        Kind::Object => object(scan, level, listed),
        Kind::Array => array(scan, level, listed),
        _ => {
            scan.raw();
            Shape::Other
        }
    }
}

/// Shape of an array: that of its first item which has one.
fn array(scan: &mut Scanner<'_>, level: usize, listed: bool) -> Shape {
    scan.open();
    while scan.item() {
        match scan.kind() {
            Kind::Object => match object(scan, level, listed) {
                Shape::Message => return Shape::Messages,
                Shape::Conversation => return Shape::Conversations,
                _ => {}
            },
            Kind::Array if level < LEVELS => match inner_array(&mut scan.probe(), level, listed) {
                Shape::Other => _ = scan.raw(),
                found => return found,
            },
            // Lines with labels are messages.
            Kind::String if opens_transcript(scan) => return Shape::Messages,
            _ => _ = scan.raw(),
        }
    }
    Shape::Other
}

/// Shape of an array for one of its items that is an array itself: a pair, or messages of their own.
fn inner_array(scan: &mut Scanner<'_>, level: usize, listed: bool) -> Shape {
    let mut first = scan.probe();
    first.open();
    let pair = first.item() && first.kind() == Kind::String && {
        let known = role::is_known(&first.text());
        known && first.item() && matches!(first.kind(), Kind::String | Kind::Array)
    };
    if pair {
        return Shape::Messages;
    }
    match array(scan, level.saturating_add(1), listed) {
        Shape::Messages => Shape::Lists,
        _ => Shape::Other,
    }
}

/// What the keys of an object have told so far.
#[derive(Default)]
struct Seen {
    role: bool,
    from: bool,
    sender: bool,
    content: bool,
    words: bool,
    kind: bool,
    asked: bool,
    answered: bool,
    /// Whether what was asked or answered is more than a word in small letters, as the name of a column is.
    spoken: bool,
    model: bool,
    transcript: bool,
    /// What the Vercel AI SDK says of an answer.
    finished: bool,
    blocks: bool,
    object: bool,
    response: bool,
}

impl Seen {
    /// Notes what the field `name` says, and whether it was spoken.
    fn hears(&mut self, name: &str, spoken: bool) {
        self.spoken |= spoken;
        match side(name) {
            Some(false) => self.asked = true,
            Some(true) => self.answered = true,
            None => {}
        }
    }

    fn is_message(&self) -> bool {
        (self.role || self.from || self.sender || self.kind) && (self.content || self.words)
    }

    fn is_result(&self) -> bool {
        self.finished && (self.words || self.blocks || self.object) || self.object && self.response
    }
}

/// Shape of an object; the scanner is left within it where it is told early.
fn object(scan: &mut Scanner<'_>, level: usize, listed: bool) -> Shape {
    let mut seen = Seen::default();
    let mut carries = false;
    scan.open();
    while let Some(key) = scan.key() {
        let kind = scan.kind();
        let text = matches!(kind, Kind::String | Kind::Null);
        match &*key.name {
            "role" if text => {
                if listed {
                    return Shape::Message;
                }
                seen.role = true;
            }
            "from" if matches!(kind, Kind::String | Kind::Object) => seen.from = true,
            "user" if listed && kind == Kind::String => seen.from = true,
            "sender" | "author" | "speaker" | "participant"
                if matches!(kind, Kind::String | Kind::Object | Kind::Number) =>
            {
                seen.sender = true;
            }
            "parts" if kind == Kind::Array && gemini::is_parts(scan) => return Shape::Message,
            // What became of an answer, also of one that was withheld.
            "finishReason" | "finish_reason" if listed => return Shape::Message,
            "source" if kind == Kind::String && role::is_known(&scan.probe().text()) => seen.sender = true,
            "content" | "parts" | "tool_calls" | "toolCalls" | "function_call" | "data" => {
                if listed && key.name != "data" && matches!(kind, Kind::String | Kind::Null | Kind::Array) {
                    return Shape::Message;
                }
                seen.blocks |= kind == Kind::Array;
                seen.content |= key.name != "data" || kind == Kind::Object;
                if kind == Kind::Object && has(scan, "parts", Kind::Array) {
                    return Shape::Message;
                }
            }
            "body" if kind == Kind::String && stream::is_framed(&scan.probe().text()) => carries = true,
            // Other things that LangChain keeps have `kwargs` too.
            "kwargs" if kind == Kind::Object => seen.content |= has_key(scan, "content"),
            "value" | "text" | "body" | "utterance" | "msg" => {
                seen.words = true;
                if matches!(kind, Kind::Object | Kind::Array) && level < LEVELS {
                    carries = value(&mut scan.probe(), level.saturating_add(1), false) != Shape::Other;
                }
            }
            "message" if kind == Kind::Object && level < LEVELS => {
                seen.words = true;
                if object(&mut scan.probe(), level.saturating_add(1), false) == Shape::Message {
                    return Shape::Message;
                }
            }
            "message" => seen.words = true,
            "type" if kind == Kind::String => {
                let mut ahead = scan.probe();
                let kind = ahead.text();
                if dialect::whole(&kind).is_some() || dialect::item(&kind).is_some_and(|item| item.alone) {
                    return Shape::Message;
                }
                seen.kind = dialect::item(&kind).is_some();
            }
            "model" => seen.model = true,
            name if otel::carries(scan, name) => carries = true,
            "finishReason" => seen.finished = true,
            "object" if kind == Kind::Object => seen.object = true,
            name if kind == Kind::String && side(name).is_some() => {
                seen.words |= name == "output";
                seen.hears(name, !is_name(scan.probe().raw().text));
            }
            // There is nothing in it, but it is there.
            "messages" if kind == Kind::Array && is_empty(scan) => carries = true,
            name if NO_CARRIERS.contains(&name) => {}
            name if matches!(kind, Kind::Object | Kind::Array) && level < LEVELS => {
                if has_words(scan, name) {
                    seen.hears(name, true);
                }
                let listed = LISTS.contains(&name);
                seen.response |= name == "response" && kind == Kind::Object && has_key(scan, "modelId");
                carries = value(&mut scan.probe(), level.saturating_add(1), listed) != Shape::Other;
            }
            _ => {}
        }
        if seen.is_message() {
            return Shape::Message;
        }
        if carries || seen.is_result() {
            return Shape::Conversation;
        }
        if kind == Kind::String && level < LEVELS && nested::may_be_transcript(&key.name) {
            seen.transcript |= opens_transcript(scan);
        }
        scan.raw();
    }
    // What describes data has objects within it that say which column is asked and which is answered.
    let talk = seen.answered && (seen.spoken || level == 0);
    if seen.transcript || seen.asked && (talk || seen.model) { Shape::Conversation } else { Shape::Other }
}

/// Whether a quoted string is empty or one word such as `system_prompt`, which may be the name of something.
fn is_name(quoted: &str) -> bool {
    quoted.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"\"_-.".contains(&byte))
}

/// Whether the string that comes next begins as a transcript does, or as messages in JSON: `User: hi`.
fn opens_transcript(scan: &Scanner<'_>) -> bool {
    /// No label is longer.
    const MOST: usize = 32;
    let text = scan.probe().raw().text.get(1..).unwrap_or_default();
    let start = text.trim_start_matches([' ', '*', '#', '[', '{', '\\', '"']);
    let end = start.char_indices().nth(MOST).map_or(start.len(), |(at, _)| at);
    let head = start.get(..end).and_then(|start| start.split_once([':', '\\', '*', ']']));
    head.is_some_and(|(word, _)| {
        role::is_known(word.trim())
            || text.starts_with(['{', '[']) && matches!(word, "messages" | "role" | "content")
    })
}

/// Whether the array that comes next has no items.
fn is_empty(scan: &Scanner<'_>) -> bool {
    let mut scan = scan.probe();
    scan.open();
    !scan.item()
}

/// Whether the value of the field `name` is an object with the words of that side, `input` with `prompt`, or an answer that is calls.
pub(crate) fn has_words(scan: &Scanner<'_>, name: &str) -> bool {
    let Some(answer) = side(name) else { return false };
    let mut scan = scan.probe();
    if answer && scan.kind() == Kind::Array {
        scan.open();
        return scan.item() && scan.kind() == Kind::Object && has_key(&scan, "toolCallId");
    }
    if scan.kind() != Kind::Object {
        return false;
    }
    let mut words: usize = 0;
    scan.open();
    while let Some(key) = scan.key() {
        let named = if answer { key.name == "text" } else { ASKED.contains(&&*key.name) };
        words = words.saturating_add(usize::from(named && scan.kind() == Kind::String));
        scan.raw();
    }
    words == 1
}

/// Whether an input is JSON: a conversation, or anything else that nobody should read as text.
pub(crate) fn claims(input: &str) -> bool {
    if stream::is_framed(input) {
        return true;
    }
    let mut scan = Scanner::quiet(input, &Limits::default());
    scan.document();
    if scan.kind() == Kind::String {
        let text = scan.text();
        return text.trim_start().starts_with(['{', '['])
            && shape_of_text(&text, &Limits::default()) != Shape::Other;
    }
    matches!(scan.kind(), Kind::Object | Kind::Array)
        && (opens_object(input) || Shape::of(&scan) != Shape::Other || is_json_alone(scan))
}

/// Whether an input starts with `{"` or `{}`, perhaps in an array: no text does, however broken the rest is.
fn opens_object(input: &str) -> bool {
    let input = input.trim_start_matches(|c| raw::is_blank(c) || c == '\u{FEFF}');
    let mut marks = input.strip_prefix('[').unwrap_or(input).chars().filter(|&c| !raw::is_blank(c));
    marks.next() == Some('{') && matches!(marks.next(), Some('"' | '}'))
}

/// Whether the value that comes next is sound, and nothing but JSON follows: `[1] User: hi` is text.
fn is_json_alone(mut scan: Scanner<'_>) -> bool {
    scan.raw();
    scan.is_sound()
        && (!scan.document() || matches!(scan.kind(), Kind::Object | Kind::Array))
        && scan.is_sound()
}
