//! Messages that are said again: an answer often repeats what was asked.

use super::Envelope;
use crate::{
    diagnostic::Code,
    json::reader::Reader,
    model::{Details, Message, Role, Usage},
};

impl Envelope {
    /// Drops messages from `from` on that were there before: an answer often repeats what was asked.
    ///
    /// Only whole lists are compared, at the start and at the end, so that the time stays linear.
    pub(crate) fn forget_repeats(&mut self, scan: &mut Reader<'_>, from: usize) {
        let messages = &mut self.conversation.messages;
        let Some((old, new)) = messages.split_at_checked(from) else { return };
        let is_system = |message: &&Message| message.role == Some(Role::System);
        let instructions = match new.first() {
            Some(first) if !is_system(&first) => old.iter().take_while(is_system).count(),
            _ => 0,
        };
        let old = old.get(instructions..).unwrap_or_default();
        let repeated = if old.is_empty() || new.is_empty() {
            return;
        } else if begins_with(new, old) {
            old.len()
        } else if begins_with(old, new) || ends_with(old, new) {
            new.len()
        } else {
            return;
        };
        let span = new.first().map(|message| message.span).unwrap_or_default();
        let first = if begins_with(new, old) || begins_with(old, new) {
            0
        } else {
            old.len().saturating_sub(repeated)
        };
        let first = instructions.saturating_add(first);
        let again: Vec<Message> = messages.drain(from..from.saturating_add(repeated)).collect();
        messages.iter_mut().skip(first).zip(again).for_each(|(message, again)| absorb(message, again));
        scan.report(Code::RepeatedHistory, span, &[("count", &repeated.to_string())]);
    }
}

fn begins_with(long: &[Message], short: &[Message]) -> bool {
    long.len() >= short.len() && long.iter().zip(short).all(|(a, b)| same(a, b))
}

fn ends_with(long: &[Message], short: &[Message]) -> bool {
    long.len() >= short.len() && long.iter().rev().zip(short.iter().rev()).all(|(a, b)| same(a, b))
}

/// Whether two messages are the same, wherever they stand, as far as both say anything: a copy may have an id more.
fn same(a: &Message, b: &Message) -> bool {
    a.role == b.role
        && a.parts == b.parts
        && a.name == b.name
        && a.label == b.label
        && agree(&a.timestamp, &b.timestamp)
        && match (&a.details, &b.details) {
            (Some(a), Some(b)) => {
                agree(&a.id, &b.id)
                    && agree(&a.parent, &b.parent)
                    && agree(&a.model, &b.model)
                    && agree(&a.latency_ms, &b.latency_ms)
                    && agree(&a.time, &b.time)
                    && (a.usage == b.usage || a.usage == Usage::default() || b.usage == Usage::default())
                    && a.content == b.content
            }
            _ => true,
        }
}

/// Whether two values do not contradict each other.
fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    a == b || a.is_none() || b.is_none()
}

/// Gives a message what only its copy says.
fn absorb(message: &mut Message, copy: Message) {
    message.timestamp = message.timestamp.or(copy.timestamp);
    let Some(copy) = copy.details else { return };
    let Some(details) = &mut message.details else {
        message.details = Some(copy);
        return;
    };
    let Details { id, parent, model, usage, latency_ms, time, metadata, extra, content: _ } = *copy;
    details.id = details.id.take().or(id);
    details.parent = details.parent.take().or(parent);
    details.model = details.model.take().or(model);
    details.latency_ms = details.latency_ms.or(latency_ms);
    details.time = details.time.take().or(time);
    if details.usage == Usage::default() {
        details.usage = usage;
    }
    for (own, other) in [(&mut details.metadata, metadata), (&mut details.extra, extra)] {
        let fresh: Vec<_> = other.0.into_iter().filter(|field| !own.0.contains(field)).collect();
        own.0.extend(fresh);
    }
}
