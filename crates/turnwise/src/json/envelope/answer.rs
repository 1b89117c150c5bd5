//! What an object says of its answer: model, counts of tokens, times.
//!
//! The fields stand in any order, so they wait until the whole object is read.

use std::sync::Arc;

use super::Envelope;
use crate::{
    json::{
        raw,
        reader::Reader,
        scan::{Key, Kind},
        time, usage,
    },
    model::{Extra, RawJson, Role, Usage},
    parse::Parser,
    source::Span,
};

/// A field that says something of the answer, and the place it has in `extra` where there is none.
#[derive(Debug)]
pub(super) struct Pending {
    field: About,
    name: String,
    value: RawJson,
    at: usize,
}

/// What a field says of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum About {
    Model,
    Usage,
    /// Tokens read, a number.
    Prompt,
    /// Tokens written, a number.
    Completion,
    Time,
    /// An object with the time that the answer took.
    Latency,
}

impl Envelope {
    /// Says that the messages from `from` on are the answer.
    pub(crate) fn answers_from(&mut self, from: usize) {
        if from < self.conversation.messages.len() {
            self.answer = Some(self.answer.map_or(from, |answer| answer.min(from)));
        }
    }

    /// Whether there is an answer already.
    pub(crate) fn has_answer(&self) -> bool {
        self.answer.is_some()
    }

    /// Keeps a field that says something of the answer until it is known whether there is one.
    pub(crate) fn put_off(&mut self, scan: &mut Reader<'_>, key: Key<'_>, field: About) {
        let (at, value) = (self.extra.0.len(), scan.raw().to_json());
        self.pending.push(Pending { field, name: key.name.into(), value, at });
    }

    /// Gives the answer what the object says of it; where there is none, `extra`.
    pub(crate) fn settle(&mut self) {
        let mut told = Vec::new();
        let mut pending = std::mem::take(&mut self.pending);
        pending.retain(|said| !self.say_of_answer(said, &mut told));
        if pending.is_empty() {
            return;
        }
        // Each goes where it stood, in one pass: there may be as many as there are fields.
        let mut pending = pending.into_iter().peekable();
        let mut next = |at: usize| pending.next_if(|said| said.at <= at).map(|said| (said.name, said.value));
        let fields = std::mem::take(&mut self.extra.0);
        self.extra.0.reserve(fields.len());
        for (at, field) in fields.into_iter().enumerate() {
            self.extra.0.extend(std::iter::from_fn(|| next(at)));
            self.extra.0.push(field);
        }
        self.extra.0.extend(std::iter::from_fn(|| next(usize::MAX)));
    }

    /// Whether the answer took what is said of it. What was `told` of every message needs no second look at them.
    fn say_of_answer(&mut self, said: &Pending, told: &mut Vec<About>) -> bool {
        let &Pending { field, ref name, ref value, .. } = said;
        let Some(answers) = self.answer.and_then(|from| self.conversation.messages.get_mut(from..)) else {
            return false;
        };
        if told.contains(&field) {
            return false;
        }
        let parser = Parser::new();
        let mut scan = Reader::new(&parser, value.as_str());
        scan.document();
        let key = Key { name: name.into(), span: Span::default() };
        let mut left = Extra::default();
        match field {
            About::Model if scan.kind() == Kind::String => {
                let model: Arc<str> = scan.text().into();
                let mut unsaid = answers
                    .iter_mut()
                    .filter(|message| {
                        message.role == Some(Role::Assistant)
                            && message.details.as_ref().is_none_or(|details| details.model.is_none())
                    })
                    .peekable();
                let taken = unsaid.peek().is_some();
                told.push(field);
                unsaid.for_each(|message| message.details_mut().model = Some(model.clone()));
                return taken;
            }
            About::Usage if scan.kind() == Kind::Object => {
                let Some(last) = answers.last_mut() else { return false };
                if last.details.as_ref().is_some_and(|details| details.usage != Usage::default()) {
                    return false;
                }
                let mut counts = Usage::default();
                usage::take(&mut scan, key, &mut counts, &mut left);
                if counts == Usage::default() && left.is_empty() {
                    return false;
                }
                let details = last.details_mut();
                details.usage = counts;
                details.extra.0.extend(left.0);
                return true;
            }
            About::Prompt | About::Completion => {
                let Ok(count) = value.as_str().parse::<u64>() else { return false };
                let Some(last) = answers.last_mut() else { return false };
                let usage = &mut last.details_mut().usage;
                let place = match field {
                    About::Prompt => &mut usage.prompt_tokens,
                    _ => &mut usage.completion_tokens,
                };
                if place.is_some() {
                    return false;
                }
                *place = Some(count);
                return true;
            }
            About::Time => {
                let (time, text) = time::take(&mut scan, key, &mut left);
                if time.is_none() {
                    return false;
                }
                told.push(field);
                let mut taken = false;
                for answer in answers
                    .iter_mut()
                    .filter(|answer| answer.role == Some(Role::Assistant) && answer.timestamp.is_none())
                {
                    answer.timestamp = time;
                    if let Some(text) = &text {
                        answer.details_mut().time = Some((**text).into());
                    }
                    taken = true;
                }
                return taken;
            }
            About::Latency => {
                let Some(last) = answers.last_mut() else { return false };
                let mut latency = None;
                scan.open();
                while let Some(key) = scan.key() {
                    match &*key.name {
                        "latencyMs" => scan.take_count(key, &mut latency, &mut left),
                        _ => left.push(key.name, scan.raw().to_json()),
                    }
                }
                let known = last.details.as_ref().is_some_and(|details| details.latency_ms.is_some());
                if latency.is_none() || known {
                    return false;
                }
                let details = last.details_mut();
                details.latency_ms = latency;
                if !left.is_empty() {
                    details.extra.push(name.as_str(), raw::object(&left));
                }
                return true;
            }
            _ => {}
        }
        false
    }
}
