//! A reader and a writer a format, all of the same chat.

use std::{hint::black_box, rc::Rc};

use turnwise::{Conversation, Format, Parser, write};

use super::{Layer, OURS, Subject};
use crate::{
    inputs::{conversation, in_format},
    rivals::{
        json::{self, Typed},
        typed::{
            ai_sdk, anthropic, bedrock, canonical, chat_json, gemini, langchain, openai_chat,
            openai_responses, otel, sharegpt,
        },
    },
};

const SIZE: &[usize] = &[100_000];

/// Formats of JSON, with types that one would derive for them.
const FORMATS: &[(Format, Typed)] = &[
    (Format::Canonical, Typed::of::<canonical::Document>()),
    (Format::OpenAiChat, Typed::of::<openai_chat::Document>()),
    (Format::OpenAiResponses, Typed::of::<openai_responses::Document>()),
    (Format::AnthropicMessages, Typed::of::<anthropic::Document>()),
    (Format::Gemini, Typed::of::<gemini::Document>()),
    (Format::BedrockConverse, Typed::of::<bedrock::Document>()),
    (Format::OtelGenAi, Typed::of::<otel::Document>()),
    (Format::LangChain, Typed::of::<langchain::Document>()),
    (Format::ShareGpt, Typed::of::<sharegpt::Document>()),
    (Format::VercelAiSdk, Typed::of::<ai_sdk::Document>()),
    (Format::ChatJson, Typed::of::<chat_json::Document>()),
];

/// Reads each format, which has to be found out, into the model.
pub(super) fn readers() -> Vec<Layer> {
    let layer = |(format, typed): &'static (Format, Typed)| {
        Layer::new(format!("read/{}", format.name()), SIZE, |bytes| {
            let json = Rc::new(in_format(*format, bytes).into_bytes());
            let mut subjects = vec![Subject::new(OURS, &json, |json| {
                let parsed = black_box(Parser::new().parse_bytes(json));
                parsed.conversations.iter().map(|conversation| conversation.messages.len()).sum()
            })];
            subjects.extend(json::readers(&json, typed));
            subjects
        })
    };
    FORMATS.iter().map(layer).collect()
}

/// Writes each format, with a report of what did not fit, which is made by reading back (the canonical form needs none).
pub(super) fn writers() -> Vec<Layer> {
    let texts = [Format::Text, Format::Markdown].map(|format| {
        Layer::new(format!("write/{}", format.name()), SIZE, move |bytes| {
            let conversation = Rc::new(conversation(bytes));
            vec![ours(&conversation, format), Subject::new("str", &conversation, labelled)]
        })
    });
    let writable = FORMATS.iter().filter(|(format, _)| format.info().writable());
    let layer = |(format, typed): &'static (Format, Typed)| {
        Layer::new(format!("write/{}", format.name()), SIZE, |bytes| {
            let mut subjects = vec![ours(&Rc::new(conversation(bytes)), *format)];
            subjects.extend(json::writers(in_format(*format, bytes).as_bytes(), typed));
            subjects
        })
    };
    texts.into_iter().chain(writable.map(layer)).collect()
}

fn ours(conversation: &Rc<Conversation>, format: Format) -> Subject {
    Subject::new(OURS, conversation, move |conversation| {
        black_box(write(conversation, format)).map_or(0, |written| written.text.len())
    })
}

/// A label and a content after the other, whatever they read as.
fn labelled(conversation: &Conversation) -> usize {
    let mut text = String::new();
    for message in &conversation.messages {
        text.push_str(message.role.as_ref().map_or("", |role| role.label()));
        text.push_str(": ");
        text.push_str(&message.text());
        text.push('\n');
    }
    black_box(text).len()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn documents_are_of_their_format() {
        for (format, _) in FORMATS {
            let parsed = Parser::new().parse(&in_format(*format, 20_000));
            assert_eq!((parsed.format, parsed.conversations.len()), (Some(*format), 1), "{}", format.name());
        }
    }

    /// Whoever reads less is faster for nothing.
    #[test]
    fn derived_types_hold_all_of_a_document() {
        for (format, typed) in FORMATS {
            let json = in_format(*format, 20_000);
            let value: Value = serde_json::from_str(&json).unwrap();
            let compact = value.to_string().len();
            assert_eq!((typed.write)(json.as_bytes()).run(), compact, "{}", format.name());
        }
    }
}
