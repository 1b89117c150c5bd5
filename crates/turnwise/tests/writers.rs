//! Every format that can be written holds what it is made for, and says what it does not hold.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

use proptest::{collection::vec, option, prelude::*};
use turnwise::{
    Arguments, Code, Conversation, FORMATS, Format, Message, Parser, Part, RawJson, Role, Severity, ToolCall,
    ToolResult, write,
};

mod common;
mod promises;

/// What was read back of what was written, and whether the report says that something is lost.
fn there_and_back(conversation: &Conversation, format: Format) -> (Conversation, bool, String) {
    let written = write(conversation, format).expect("a format that can be written");
    let mut parsed = Parser::new().format(format).parse(&written.text);
    let lost = written.diagnostics.iter().any(|finding| finding.severity >= Severity::Warning);
    let shown = format!("{}\n{:?}", written.text, written.diagnostics);
    (parsed.conversations.pop().expect("a conversation"), lost, shown)
}

/// Talk as everybody has it: instructions, then a user and an assistant by turns.
fn talk() -> impl Strategy<Value = Conversation> {
    let words = || "[a-z \n\"\\\\é:😀]{0,20}x";
    (option::of(words()), vec((words(), words()), 1..4)).prop_map(|(system, turns)| {
        let mut messages: Vec<Message> =
            system.into_iter().map(|text| Message::new(Role::System, text)).collect();
        for (user, assistant) in turns {
            messages.push(Message::new(Role::User, user));
            messages.push(Message::new(Role::Assistant, assistant));
        }
        Conversation { messages, ..Conversation::default() }
    })
}

/// A question, calls of tools, their answers, and an answer.
fn calls() -> impl Strategy<Value = Conversation> {
    vec(("[a-z]{1,8}", "[a-z ]{1,9}"), 1..4).prop_map(|calls| {
        let mut parts = Vec::new();
        let mut answers = Vec::new();
        for (index, (name, answer)) in calls.into_iter().enumerate() {
            let id = Some(format!("call_{index}"));
            let arguments = Arguments::Json(RawJson::new(format!("{{\"q\":{index}}}")).expect("it is JSON"));
            parts.push(Part::ToolCall(
                ToolCall { id: id.clone(), name: name.clone(), arguments, ..ToolCall::default() }.into(),
            ));
            let result = ToolResult { call_id: id, parts: vec![Part::text(answer)], ..ToolResult::default() };
            answers.push(Message {
                role: Some(Role::Tool),
                parts: Part::ToolResult(result.into()).into(),
                ..Message::default()
            });
        }
        let mut messages = vec![
            Message::new(Role::User, "question"),
            Message { role: Some(Role::Assistant), parts: parts.into(), ..Message::default() },
        ];
        messages.append(&mut answers);
        messages.push(Message::new(Role::Assistant, "answer"));
        Conversation { messages, ..Conversation::default() }
    })
}

/// The same with arguments in a string, as the formats of OpenAI have them.
fn calls_in_text() -> impl Strategy<Value = Conversation> {
    calls().prop_map(|mut conversation| {
        for part in conversation.messages.iter_mut().flat_map(|message| &mut message.parts) {
            if let Part::ToolCall(call) = part
                && let Arguments::Json(json) = &call.arguments
            {
                call.arguments = Arguments::Text(json.as_str().to_owned());
            }
        }
        conversation
    })
}

#[test]
fn what_changes_is_told() {
    let call = ToolCall { id: Some("1".to_owned()), name: "f".to_owned(), ..ToolCall::default() };
    let arguments = Arguments::Json(RawJson::new("{}").expect("it is JSON"));
    let parts = Part::ToolCall(ToolCall { arguments, ..call }.into()).into();
    let message =
        Message { role: Some(Role::Assistant), label: Some("gpt".into()), parts, ..Message::default() };
    let conversation = Conversation { messages: vec![message], ..Conversation::default() };
    let written = write(&conversation, Format::OpenAiChat).expect("it can be written");
    let codes: Vec<Code> = written.diagnostics.iter().map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        [Code::ChangedInWriting, Code::RoleReworded],
        "arguments become a string, and `gpt` assistant"
    );
}

#[test]
fn the_word_for_a_kind_is_told_where_it_says_something() {
    let lost = |call: &str, answer: &str| -> Vec<String> {
        let items = format!(
            r#"[{{"role":"user","content":"hi"}},
                {{"type":"reasoning","summary":[{{"type":"summary_text","text":"hm"}}]}},
                {{"type":"{call}","call_id":"1","name":"f","arguments":"{{}}","input":"{{}}"}},
                {{"type":"{answer}","call_id":"1","output":"x"}}]"#
        );
        let parsed = Parser::new().format(Format::OpenAiResponses).parse(&items);
        let written = write(&parsed.conversations[0], Format::LangChain).expect("it can be written");
        let notable = written.diagnostics.into_iter().filter(|found| found.severity >= Severity::Warning);
        notable.map(|found| found.message).filter(|message| message.contains("`type`")).collect()
    };
    assert_eq!(lost("function_call", "function_call_output"), [] as [String; 0]);
    assert_eq!(
        lost("custom_tool_call", "custom_tool_call_output"),
        ["a tool call", "a tool's answer"]
            .map(|part| format!("langchain has no place for the field `type` of {part}; it is left out"))
    );
}

macro_rules! formats {
    ($($name:ident $format:ident $calls:ident)*) => {
        const TESTED: &[Format] = &[$(Format::$format),*];
    $(
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

                #[test]
                fn holds_talk(conversation in talk()) {
                    let (read, lost, shown) = there_and_back(&conversation, Format::$format);
                    prop_assert!(!lost, "{}", shown);
                    let said = |of: &Conversation| -> Vec<_> {
                        of.messages.iter().map(|m| (m.role.clone(), m.text().into_owned())).collect()
                    };
                    prop_assert_eq!(said(&read), said(&conversation));
                }

                #[test]
                fn holds_calls(conversation in $calls()) {
                    let (read, lost, shown) = there_and_back(&conversation, Format::$format);
                    prop_assert!(!lost, "{}", shown);
                    prop_assert_eq!(read.messages.len(), conversation.messages.len(), "{}", shown);
                }

                #[test]
                fn says_what_it_does_not_hold(conversation in common::conversation()) {
                    let written = write(&conversation, Format::$format).expect("a format that can be written");
                    if written.diagnostics.is_empty() {
                        let (read, ..) = there_and_back(&conversation, Format::$format);
                        prop_assert_eq!(
                            promises::without_spans(&read),
                            promises::without_spans(&conversation),
                            "{}", written.text
                        );
                    }
                }
            }
        }
    )*
    };
}

formats! {
    openai_chat OpenAiChat calls_in_text
    openai_responses OpenAiResponses calls_in_text
    anthropic AnthropicMessages calls
    gemini Gemini calls
    bedrock BedrockConverse calls
    otel OtelGenAi calls
    langchain LangChain calls
    sharegpt ShareGpt talk
    ai_sdk VercelAiSdk calls
}

#[test]
fn every_writer_is_tested() {
    // Text and the canonical form have tests of their own, and Markdown is for people.
    let others = [Format::Text, Format::Markdown, Format::Canonical];
    for row in FORMATS.iter().filter(|row| row.writable() && !others.contains(&row.format)) {
        assert!(TESTED.contains(&row.format), "{} has no row in this file", row.name);
    }
}
