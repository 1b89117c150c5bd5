//! A message that is being read: what its fields have said so far.

use std::borrow::Cow;

use crate::{
    json::{
        content::{Body, Content},
        part::Said,
        reader::Reader,
        scan::{Key, Raw},
        turn::Item,
    },
    model::{Details, Extra, Message, Part, ToolResult},
};

/// A message that is being read.
#[derive(Debug, Default)]
pub(crate) struct Draft<'a> {
    pub(crate) message: Message,
    pub(crate) details: Details,
    /// What its fields say it says.
    pub(crate) body: Body<'a>,
    /// The word for who speaks.
    pub(crate) word: Option<Cow<'a, str>>,
    /// `"role": null`.
    pub(crate) role_is_null: bool,
    /// Whoever sent it: the role if no other field says it, else a name.
    pub(crate) sender: Option<Cow<'a, str>>,
    /// Where it came from, which only some messages mean as a name.
    pub(crate) source: Option<Cow<'a, str>>,
    /// The field that the content was taken from, where it is not called so.
    pub(crate) alias: Option<Cow<'a, str>>,
    /// Its `type`.
    pub(crate) kind: Option<Cow<'a, str>>,
    /// Fields that only the message's `type` gives a meaning; what is left of them goes to `extra`.
    pub(crate) stash: Extra,
    /// `text`, which some have beside the content, or a message within.
    pub(super) text: Option<(Cow<'a, str>, Raw<'a>)>,
    /// What it is within the turn of an assistant that stands in several items.
    pub(crate) item: Option<Item>,
    pub(super) time: Option<Cow<'a, str>>,
}

impl<'a> Draft<'a> {
    /// Takes who sent the message: a word for a role, or a name.
    pub(crate) fn take_sender(&mut self, scan: &mut Reader<'a>, key: Key<'a>) {
        scan.take_text(key, &mut self.sender, &mut self.details.extra);
    }

    /// Puts a field away until the message's `type` is known.
    pub(crate) fn put_away(&mut self, scan: &mut Reader<'a>, key: Key<'a>) {
        let value: Raw<'a> = scan.raw();
        self.stash.push(key.name, value.to_json());
    }

    /// Makes the message the answer of a tool, whether or not it says of which call.
    pub(crate) fn make_answer(&mut self, is_error: Option<bool>) {
        if self.body.parts.is_some() {
            return;
        }
        let name = self.message.name.take().map(|name| (*name).to_owned());
        let mut result =
            ToolResult { call_id: self.body.call_id.take(), name, is_error, ..ToolResult::default() };
        let (parts, raw) = match self.body.content.take() {
            Some((Content::Text(text), raw)) => (vec![Part::text(text)], raw),
            Some((Content::Parts(said), raw)) => (said.parts.into(), raw),
            nothing => {
                self.body.content = nothing;
                return self.body.after.insert(0, Part::ToolResult(result.into()));
            }
        };
        result.parts = parts;
        let mut said = Said::default();
        said.push(Part::ToolResult(result.into()), raw.span);
        self.body.content = Some((Content::Parts(said), raw));
    }

    /// Takes an empty content for nothing, where what is said stands beside it.
    pub(crate) fn pass_empty_content(&mut self) {
        let says = |part: &Part| matches!(part, Part::ToolCall(_) | Part::Refusal(_));
        let said = self.body.after.iter().any(says);
        if let Some((Content::Text(text), raw)) = &self.body.content
            && said
            && text.is_empty()
        {
            self.body.content = Some((Content::Parts(Said::default()), *raw));
        }
    }

    /// The role's word as it would be written in the canonical form.
    pub(crate) fn set_role(&mut self, word: &'static str) {
        self.word = Some(word.into());
    }
}
