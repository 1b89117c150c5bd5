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
