//! As much of what was read as an answer has room for.

use serde_json::Value;
use turnwise::{Conversation, Message, Part, Role, json::canonical::to_json};

/// Conversations that fit an answer, or a part of one.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Canonical JSON.
    pub(crate) conversations: Vec<Value>,
    /// The first message that had no room, counted from 0 through all conversations.
    pub(crate) next: Option<usize>,
    notes: Vec<String>,
}

impl Page {
    /// What is missing, in words; none where all is there.
    pub(crate) fn note(&self) -> Option<String> {
        let rest = self.next.map(|next| format!("pass skip_messages: {next} for the messages that follow"));
        let notes: Vec<String> = self.notes.iter().cloned().chain(rest).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }
}

/// Messages in all conversations.
pub(crate) fn messages(conversations: &[Conversation]) -> usize {
    conversations.iter().map(|conversation| conversation.messages.len()).sum()
}

/// Takes whole messages from number `skip` on, up to `budget` bytes of JSON, but at least one.
///
/// A message that would fill half of the budget alone is shortened, and so is what stands around the messages.
pub(crate) fn page(conversations: &[Conversation], skip: usize, budget: usize) -> Page {
    let mut page = Page::default();
    let (mut number, mut left) = (0_usize, budget);
    for conversation in conversations {
        let end = number.saturating_add(conversation.messages.len());
        if number < skip && end <= skip {
            number = end;
            continue;
        }
        let from = skip.saturating_sub(number);
        number = number.saturating_add(from);
        let Fitted { value: mut shown, size, note } = frame(conversation, budget / 4);
        if size > left {
            page.next = Some(number);
            break;
        }
        left = left.saturating_sub(size);
        page.notes.extend(note);
        for message in conversation.messages.iter().skip(from) {
            let Fitted { value, size, note } = fitted(message, number, budget / 2);
            if size > left {
                page.next = Some(number);
                break;
            }
            left = left.saturating_sub(size);
            page.notes.extend(note);
            shown.messages.push(value);
            number = number.saturating_add(1);
        }
        if page.next.is_none() || !shown.messages.is_empty() {
            page.conversations.extend(as_value(&to_json(&shown)));
        }
        if page.next.is_some() {
            break;
        }
    }
    page
}

/// What fits, its bytes as JSON, and what had to be done for it.
struct Fitted<T> {
    value: T,
    size: usize,
    note: Option<String>,
}

/// A conversation without its messages, in `most` bytes.
fn frame(conversation: &Conversation, most: usize) -> Fitted<Conversation> {
    let Conversation { id, title, status, preamble, messages: _, tools, metadata, extra } = conversation;
    let [id, title, status] =
        [id, title, status].map(|text| text.as_deref().map(|text| cut(text, most / 16)));
    let whole = Conversation {
        id,
        title,
        status,
        preamble: preamble.clone(),
        messages: Vec::new(),
        tools: tools.clone(),
        metadata: metadata.clone(),
        extra: extra.clone(),
    };
    let size = to_json(&whole).len();
    if size <= most && as_value(&to_json(&whole)).is_some() {
        return Fitted { value: whole, size, note: None };
    }
    let preamble = preamble.as_deref().map(|text| cut(text, most / 16));
    let value = Conversation {
        preamble,
        tools: Vec::new(),
        metadata: Default::default(),
        extra: Default::default(),
        ..whole
    };
    let note = "the text before the messages is shortened; tools, metadata and extra fields are left out";
    Fitted { size: to_json(&value).len(), value, note: Some(note.into()) }
}

/// A message in `most` bytes.
fn fitted(message: &Message, number: usize, most: usize) -> Fitted<Message> {
    let json = |message: &Message| {
        to_json(&Conversation { messages: vec![message.clone()], ..Conversation::default() })
    };
    let whole = json(message);
    let size = whole.len();
    if size <= most && as_value(&whole).is_some() {
        return Fitted { value: message.clone(), size, note: None };
    }
    // An escaped byte takes six at worst, and usually one.
    let text = message.text();
    let short = |bytes| Message {
        role: message.role.as_ref().map(|role| Role::from_name(&cut(role.as_str(), 80))),
        parts: Part::text(cut(&text, bytes)).into(),
        timestamp: message.timestamp,
        span: message.span,
        ..Message::default()
    };
    let roomy = short(most / 2);
    let value = if json(&roomy).len() <= most { roomy } else { short(most / 8) };
    let note = format!("message {number} ({size} bytes of JSON) is shortened to the beginning of its text");
    Fitted { size: json(&value).len(), value, note: Some(note) }
}

/// The beginning of `text` with an ellipsis, where it has more than `most` bytes.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let start = start_of(text, most);
    if start.len() < text.len() { format!("{start}…") } else { text.to_owned() }
}

/// The first `most` bytes of `text`, or a few less so that no character is broken.
pub(crate) fn start_of(text: &str, most: usize) -> &str {
    (0..=most.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default()
}

/// JSON as a value, if it is not nested too deeply for whoever reads the answer around it.
fn as_value(json: &str) -> Option<Value> {
    // The answer puts up to eight levels around it, and readers give up beyond 128.
    let mut value: Value = serde_json::from_str(&format!("[[[[[[[[{json}]]]]]]]]")).ok()?;
    while let Value::Array(mut values) = value {
        value = values.pop()?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use turnwise::parse;

    const BUDGET: usize = 4096;

    fn size(page: &Page) -> usize {
        page.conversations.iter().map(|value| value.to_string().len()).sum()
    }

    /// All pages of an input, with the notes.
    fn pages(input: &str) -> (Vec<Page>, usize) {
        let read = parse(input).conversations;
        let (mut pages, mut skip) = (Vec::new(), 0);
        loop {
            let page = page(&read, skip, BUDGET);
            assert!(size(&page) <= BUDGET, "{} bytes", size(&page));
            let next = page.next;
            pages.push(page);
            match next {
                None => return (pages, messages(&read)),
                Some(next) => {
                    assert!(next > skip, "every page goes on");
                    skip = next;
                }
            }
        }
    }

    fn contents(pages: &[Page]) -> Vec<String> {
        let messages = pages
            .iter()
            .flat_map(|page| &page.conversations)
            .filter_map(|value| value["messages"].as_array());
        messages.flatten().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_fits_is_one_page() {
        let (pages, _) = pages("User: hi\nAI: hello");
        assert_eq!(contents(&pages), ["hi", "hello"]);
        assert_eq!((pages.len(), pages[0].note()), (1, None));
    }

    #[test]
    fn pages_have_every_message_once_and_in_order() {
        let row = |n: usize| {
            let turns =
                (0..40).map(|turn| format!(r#"{{"role":"user","content":"{n}.{turn} {}"}}"#, "x".repeat(50)));
            format!("{{\"messages\":[{}]}}\n", turns.collect::<Vec<_>>().join(","))
        };
        let (pages, total) = pages(&(0..5).map(row).collect::<String>());
        let found = contents(&pages);
        assert_eq!((found.len(), total), (200, 200));
        let expected: Vec<String> =
            (0..5).flat_map(|n| (0..40).map(move |turn| format!("{n}.{turn} "))).collect();
        assert!(found.iter().zip(&expected).all(|(found, expected)| found.starts_with(expected)));
        assert!(pages[0].note().unwrap().contains("skip_messages"));
    }

    #[test]
    fn a_message_beyond_the_budget_is_shortened_and_told() {
        for text in ["x".repeat(100_000), "\u{1}".repeat(100_000), "é".repeat(50_000)] {
            let json = serde_json::json!([{ "role": "user", "content": text }, { "role": "assistant", "content": "ok" }]);
            let (pages, _) = pages(&json.to_string());
            assert!(contents(&pages)[0].ends_with('…'));
            assert_eq!(contents(&pages).last().unwrap(), "ok");
            assert!(pages[0].note().unwrap().contains("message 0"));
        }
    }

    #[test]
    fn what_stands_around_messages_is_shortened_and_told() {
        let json = serde_json::json!({
            "messages": [{ "role": "user", "content": "hi" }], "id": "x".repeat(9000), "note": "y".repeat(9000)
        });
        let (pages, _) = pages(&json.to_string());
        assert_eq!(contents(&pages), ["hi"]);
        assert!(pages[0].note().unwrap().contains("left out"));
    }

    #[test]
    fn values_nested_too_deeply_are_left_out_and_told() {
        let deep = format!("{}{}", "[".repeat(125), "]".repeat(125));
        let (pages, _) = pages(&format!(r#"{{"messages":[{{"role":"user","content":"hi","x":{deep}}}]}}"#));
        assert_eq!(contents(&pages), ["hi"]);
        assert!(pages[0].note().unwrap().contains("shortened"));
    }

    #[test]
    fn a_number_beyond_the_end_gives_nothing_more() {
        let read = parse("User: hi\nAI: hello").conversations;
        let page = page(&read, 7, BUDGET);
        assert!(page.conversations.is_empty() && page.next.is_none());
    }
}
