//! Putting a message together, once all its fields are read.

use std::mem::take;

use super::Draft;
use crate::{
    format::Format,
    json::{
        content::{self, Content},
        dialect,
        part::Said,
        raw,
        reader::Reader,
        role,
        turn::Item,
    },
    model::{ContentState, Details, Extra, Message, Part, Parts, Role},
    source::Span,
};

/// Makes what the `type` of a message says true of it.
pub(super) fn finish_kind<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    if let Some(kind) = draft.kind.take() {
        draft.item = (kind == "message").then_some(Item::Message);
        match dialect::item(&kind) {
            Some(item) => (item.read)(scan, &kind, draft),
            // It says what is known.
            None if kind == "message" => {}
            // A message within has one too: names must not meet.
            None if draft.details.extra.get("type").is_some() => {
                let around = Extra(vec![("type".to_owned(), raw::quoted(&kind))]);
                draft.details.extra.push("around", raw::object(&around));
            }
            None => draft.details.extra.push("type", raw::quoted(&kind)),
        }
    }
    finish_text(scan, draft);
    dialect::finish(scan, draft);
    if let Some(source) = draft.source.take() {
        draft.details.extra.push("source", raw::quoted(&source));
    }
    let mut left = take(&mut draft.stash);
    // `output` without a `type` is what somebody said.
    if draft.body.content.is_none()
        && draft.word.is_some()
        && let Some((_, value)) =
            left.0.pop_if(|(name, value)| name == "output" && value.as_str().starts_with('"'))
        && let Ok(text) = serde_json::from_str::<String>(value.as_str())
    {
        scan.evidence.saw(Format::ChatJson, "messages whose words stand in `text`, `body` or the like");
        draft.body.before.push(Part::text(text));
    }
    draft.details.extra.0.extend(left.0);
}

/// Makes `text` the content where there is no other; where it does not say the same, it goes to `extra`.
fn finish_text(scan: &mut Reader<'_>, draft: &mut Draft<'_>) {
    match (draft.text.take(), &draft.body.content) {
        (Some((text, raw)), None) => {
            scan.evidence.saw(Format::ChatJson, "messages whose words stand in `text`, `body` or the like");
            draft.body.content = Some((Content::Text(text), raw));
        }
        (Some((text, raw)), Some((content, _))) if !content.says(&text) => {
            draft.details.extra.push("text", raw.to_json());
        }
        _ => {}
    }
}

/// Puts the message together, and adds it to `into`.
///
/// What is in the draft is taken out of it, since it is large, and most messages need little of it.
pub(super) fn finish(draft: &mut Draft<'_>, span: Span, into: &mut Vec<Message>) {
    let Draft { message, details, body, word, sender, role_is_null, time, .. } = draft;
    let extra = &mut details.extra;
    message.span = span;
    let named = word.is_some() || *role_is_null;
    if let Some(word) = word {
        let (role, label) = role::read(word);
        message.role = Some(role);
        keep_either(label, &mut message.label, "role", extra);
    }
    match sender.take() {
        Some(sender) if named => keep_either(Some(&*sender), &mut message.name, "sender", extra),
        Some(sender) => match role::read(&sender) {
            (Role::Other(_), _) => keep_either(Some(&*sender), &mut message.name, "sender", extra),
            (role, label) => {
                message.role = Some(role);
                keep_either(label, &mut message.label, "sender", extra);
            }
        },
        None => {}
    }
    keep_either(time.take(), &mut details.time, "timestamp", extra);
    let is_function = word.as_deref() == Some("function");
    // Nearly every message is a text and nothing else.
    if !is_function && let Some(text) = body.only_text() {
        message.parts = Part::text(text).into();
        message.details = (!details.is_empty()).then(|| take(details).into());
        return into.push(take(message));
    }
    let (said, content) = take(body).assemble(message, is_function, extra);
    details.content = content;
    if message.role == Some(Role::User) && said.carries_answers {
        return apart(take(message), take(details), said, into);
    }
    message.parts = said.parts;
    message.details = (!details.is_empty()).then(|| take(details).into());
    into.push(take(message));
}

/// Makes messages of tools from the answers in a message of the user, who did not say them.
///
/// Its details stay with the last message, which is the user's own if they said anything after the answers.
fn apart(message: Message, details: Details, said: Said, into: &mut Vec<Message>) {
    let whole = message.span;
    let mut own: Option<Message> = None;
    for (part, span) in said.parts.into_iter().zip(said.spans) {
        if matches!(part, Part::ToolResult(_)) {
            into.extend(own.take());
            let label = message.label.clone();
            into.push(Message {
                role: Some(Role::Tool),
                label,
                parts: part.into(),
                span,
                ..Message::default()
            });
        } else {
            let own = own.get_or_insert_with(|| Message { span, parts: Parts::default(), ..message.clone() });
            own.span.end = span.end;
            own.parts.push(part);
        }
    }
    into.extend(own);
    if let Some(last) = into.last_mut() {
        last.timestamp = message.timestamp;
        last.name = message.name;
        last.span.end = whole.end;
        let mut details = details;
        // How an empty content was written says nothing of one that is not empty.
        if content::has_text(&last.parts) {
            details.content = ContentState::Present;
        }
        last.details = (!details.is_empty()).then(|| details.into());
    }
}

/// Gives `word` the place that is meant for it, or one in `extra` where that is taken.
fn keep_either<W: AsRef<str> + Into<S>, S>(
    word: Option<W>,
    place: &mut Option<S>,
    field: &str,
    extra: &mut Extra,
) {
    match word {
        Some(word) if place.is_some() => extra.push(field, raw::quoted(word.as_ref())),
        Some(word) => *place = Some(word.into()),
        None => {}
    }
}
