//! A conversation as it is shown: what is kept of it, and what its bodies read as.

use crate::{
    ingest::{self, Origin, Purpose, Source},
    store::{Record, Submission},
};
use std::ops::Range;
use turnwise::{Conversation, Diagnostic, Extra, Format, RawJson, Span, check, write};

/// A conversation, put together from the bodies that it was sent in.
pub(crate) struct Stored {
    /// What is kept beside the bodies: identifiers, agent, status, times, fields.
    pub(crate) record: Record,
    /// The bodies, in the order in which they came.
    pub(crate) bodies: Vec<Body>,
    /// The texts that messages were read from, one a body, with a line end between them.
    pub(crate) text: String,
    /// What was read; spans of messages count bytes of `text`.
    pub(crate) conversation: Conversation,
    /// What is doubtful, by place; spans count bytes of `text`.
    pub(crate) findings: Vec<Diagnostic>,
}

/// One body, as it was received.
pub(crate) struct Body {
    /// When it was received, in milliseconds since 1970.
    pub(crate) received_at: i64,
    /// The JSON.
    pub(crate) raw: String,
    /// Which of its fields the messages were read from.
    pub(crate) origin: Origin,
    /// Where in [`Stored::text`] its text stands.
    pub(crate) span: Span,
    /// Which messages of the conversation came with it.
    pub(crate) messages: Range<usize>,
}

impl Stored {
    /// Reads the bodies.
    pub(crate) fn new(record: Record, submissions: Vec<Submission>) -> Self {
        let (mut text, mut conversation) = (String::new(), Conversation::default());
        let (mut bodies, mut findings) = (Vec::with_capacity(submissions.len()), Vec::new());
        for Submission { received_at, body: raw } in submissions {
            let purpose = if bodies.is_empty() { Purpose::Create } else { Purpose::Append };
            if !bodies.is_empty() {
                text.push('\n');
            }
            let Source { origin, text: own, conversation: mut read, findings: own_findings } =
                ingest::read(&raw, purpose).map_or_else(|_| Source::unread(&raw), |reading| reading.source);
            let (start, first) = (text.len(), conversation.messages.len());
            text.push_str(&own);
            read.messages.iter_mut().for_each(|message| message.span = moved(message.span, start));
            findings.extend(own_findings.into_iter().map(|finding| finding_moved(finding, start)));
            conversation.messages.append(&mut read.messages);
            conversation.tools.append(&mut read.tools);
            if let Some(preamble) = read.preamble {
                conversation.preamble.get_or_insert_default().push_str(&preamble);
            }
            let (span, messages) = (Span::new(start, text.len()), first..conversation.messages.len());
            bodies.push(Body { received_at, raw, origin, span, messages });
        }
        findings.extend(check(&conversation));
        findings.sort_by_key(|finding| (finding.span, finding.code));
        conversation.id = Some(record.id.clone());
        conversation.title.clone_from(&record.fields.title);
        conversation.status = Some(record.status.clone());
        conversation.metadata = metadata(&record);
        Self { record, bodies, text, conversation, findings }
    }

    /// The whole transcript, in the form that it was sent in: labelled text, or JSON in a string.
    pub(crate) fn content(&self) -> String {
        let first = self.bodies.first().and_then(|body| content_of(&body.raw));
        match first {
            Some(content) if self.bodies.len() == 1 => content,
            Some(content) if content.trim_start().starts_with('{') => self.write(Format::Canonical),
            _ => self.write(Format::Text),
        }
    }

    fn write(&self, format: Format) -> String {
        let Conversation { messages, tools, .. } = &self.conversation;
        let plain =
            Conversation { messages: messages.clone(), tools: tools.clone(), ..Conversation::default() };
        write(&plain, format).map(|written| written.text).unwrap_or_default()
    }
}

/// A span of a body's text, as a span of all texts.
fn moved(span: Span, by: usize) -> Span {
    Span::new(span.start.saturating_add(by), span.end.saturating_add(by))
}

fn finding_moved(mut finding: Diagnostic, by: usize) -> Diagnostic {
    finding.span = moved(finding.span, by);
    finding.related.iter_mut().for_each(|(span, _)| *span = moved(*span, by));
    finding
}

/// The field `content` of a body.
fn content_of(body: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Content {
        content: Option<String>,
    }
    serde_json::from_str::<Content>(body).ok()?.content.filter(|content| !content.trim().is_empty())
}

fn metadata(record: &Record) -> Extra {
    let values = record.fields.metadata.iter();
    Extra(values.filter_map(|(name, value)| Some((name.clone(), RawJson::new(value.get())?))).collect())
}

#[cfg(test)]
mod tests {
    use super::Stored;
    use crate::{
        ingest::{self, Purpose},
        store::{Record, Submission},
    };
    use proptest::prelude::*;
    use serde_json::json;

    fn stored(bodies: &[String]) -> Stored {
        let submission = |body: &String| Submission { received_at: 0, body: body.clone() };
        Stored::new(Record::default(), bodies.iter().map(submission).collect())
    }

    /// Text with labels and line ends in it now and then.
    fn words() -> impl Strategy<Value = String> {
        let pieces =
            prop_oneof![Just("User: "), Just("\nAI: "), Just("\n"), Just("é"), Just("\\"), Just("word ")];
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused(body in any::<String>(), name in "[a-z]{1,12}", text in any::<String>()) {
            let _ = ingest::read(&body, Purpose::Create);
            let _ = ingest::read(&json!({ name: text, "content": text }).to_string(), Purpose::Create);
        }

        #[test]
        fn places_lead_to_the_words_whatever_body_they_came_in(first in words(), later in prop::collection::vec(words(), 0..4)) {
            let message = |text: &String| json!({"messages": [{"role": "user", "content": text}]}).to_string();
            let mut bodies = vec![json!({"content": format!("User: {first}")}).to_string()];
            bodies.extend(later.iter().map(message));
            let stored = stored(&bodies);
            prop_assert_eq!(stored.bodies.len(), bodies.len());
            let mut end = 0;
            for body in &stored.bodies {
                prop_assert!(body.span.start >= end && stored.text.get(body.span.start..body.span.end).is_some());
                end = body.span.end;
                for message in stored.conversation.messages.get(body.messages.clone()).unwrap_or_default() {
                    prop_assert!(body.span.start <= message.span.start && message.span.end <= body.span.end);
                }
            }
            prop_assert_eq!(end, stored.text.len());
            for (text, message) in later.iter().rev().zip(stored.conversation.messages.iter().rev()) {
                prop_assert_eq!(message.text(), text.as_str());
                let words = serde_json::to_string(text).unwrap_or_default();
                prop_assert!(message.span.of(&stored.text).contains(&words));
            }
        }
    }
}
