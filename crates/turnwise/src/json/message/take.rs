//! Taking the fields of a message that say who speaks, what, and when.

use super::{Draft, WRAPPED, fields};
use crate::{
    diagnostic::Code,
    json::{
        ahead::has,
        bedrock, call,
        content::Content,
        part::{self, Said},
        reader::Reader,
        role,
        scan::{Key, Kind},
        time,
    },
    model::{Part, Reasoning},
};

/// Takes the word for who speaks; `null` leaves it open.
pub(crate) fn take_role<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    match scan.kind() {
        _ if draft.word.is_some() || draft.role_is_null => scan.repeated(key, &mut draft.details.extra),
        Kind::String => take_word(scan, draft),
        Kind::Null => {
            scan.raw();
            draft.role_is_null = true;
        }
        _ => scan.wrong(key, "a string", &mut draft.details.extra),
    }
}

pub(super) fn take_word<'a>(scan: &mut Reader<'a>, draft: &mut Draft<'a>) {
    let mark = scan.mark();
    let written = scan.text();
    if !role::is_known(&written) && !scan.is_stopped() {
        let span = scan.since(mark).span;
        scan.report(Code::UnknownRole, span, &[("role", &written)]);
    }
    draft.word = Some(written);
}

/// Takes what is said: words, parts, or an object that holds the message's fields.
pub(crate) fn take_content<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>, level: usize) {
    match (draft.alias.take_if(|alias| *alias != key.name), &draft.body.content) {
        (Some(alias), Some((_, raw))) => draft.details.extra.push(alias, raw.to_json()),
        (_, Some(_)) => return scan.repeated(key, &mut draft.details.extra),
        _ => {}
    }
    let mark = scan.mark();
    let content = match scan.kind() {
        Kind::String => Content::Text(scan.text()),
        Kind::Array => {
            bedrock::note_untyped(scan);
            Content::Parts(part::read_all(scan))
        }
        Kind::Null => {
            scan.raw();
            Content::Null
        }
        Kind::Object if level < WRAPPED && has(scan, "parts", Kind::Array) => {
            return fields(scan, draft, level.saturating_add(1));
        }
        Kind::Object if has(scan, "text", Kind::String) => {
            let mut said = Said::default();
            part::read_one(scan, &mut said);
            Content::Parts(said)
        }
        Kind::Bad | Kind::Nothing => return scan.wrong(key, "a string", &mut draft.details.extra),
        _ => {
            let raw = scan.take_wrong(&key.name, "a string");
            let mut said = Said::default();
            said.push(Part::Json(raw.to_json()), raw.span);
            Content::Parts(said)
        }
    };
    draft.body.content = Some((content, scan.since(mark)));
}

/// Takes calls. An empty list is kept as it is, which `toolCalls` itself could not say.
pub(super) fn take_calls<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    let extra = &mut draft.details.extra;
    match scan.kind() {
        _ if draft.body.calls.is_some() => return scan.repeated(key, extra),
        Kind::Array => {}
        _ => return scan.wrong(key, "an array", extra),
    }
    let mark = scan.mark();
    let calls = call::read_all(scan);
    if calls.is_empty() {
        extra.push(key.name, scan.since(mark).to_json());
    } else {
        draft.body.calls = Some((calls, scan.since(mark)));
    }
}

/// Takes reasoning that stands beside the content, as a field of the message; some have it twice, in other words.
pub(super) fn take_reasoning<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if !draft.body.before.is_empty() {
        return draft.details.extra.push(key.name, scan.raw().to_json());
    }
    let text = scan.text().into_owned();
    draft.body.before.push(Part::Reasoning(Reasoning { text, ..Reasoning::default() }.into()));
}

/// Takes a time; gives the text a place of its own where the canonical form has it in other words.
pub(super) fn take_time<'a>(scan: &mut Reader<'a>, key: Key<'a>, draft: &mut Draft<'a>) {
    if let Some(earlier) = &draft.message.timestamp
        && draft.time.is_some()
        && time::is_next(scan, earlier)
    {
        // The canonical form has a time beside the words for it, and whoever stored it may have changed the order.
        scan.raw();
        return;
    }
    if draft.message.timestamp.is_some() || draft.time.is_some() {
        return scan.repeated(key, &mut draft.details.extra);
    }
    (draft.message.timestamp, draft.time) = time::take(scan, key, &mut draft.details.extra);
}
