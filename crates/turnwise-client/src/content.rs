//! How messages stand in a body: as `content`, as `messages`, and with the ids by which they are found again.

use turnwise::{Conversation, Extra, Format, Message, RawJson, json::canonical, write};

use crate::object::{Writer, quoted};

/// The metadata field that every message carries, so that an append whose outcome is unknown can be settled.
///
/// Its value is a UUID of the request, a dot, and the number of the message within it.
pub(crate) const MESSAGE_ID: &str = "turnwiseId";

/// How the messages of a new conversation are sent.
///
/// Nothing is left out in any form: what the API has no field for travels in the fields of the canonical form, such as
/// `parts` and `extra`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ContentForm {
    /// As `content`, which the API's documentation requires (a string of JSON), and as `messages`, which newer servers
    /// read.
    #[default]
    Structured,
    /// As `content` only (a string of JSON).
    ContentOnly,
    /// As labelled text in `content`, for readers that know no other; and as `messages`, since text cannot hold it all.
    Text,
}

/// Writes `content` and `messages`.
pub(crate) fn write_content(conversation: &Conversation, form: ContentForm, body: &mut Writer) {
    match form {
        ContentForm::Structured | ContentForm::ContentOnly => {
            body.string("content", &canonical::to_json(conversation));
        }
        ContentForm::Text => {
            let text = write(conversation, Format::Text).map(|written| written.text);
            body.string("content", &text.unwrap_or_default());
            beside_text(conversation, body);
        }
    }
    if form != ContentForm::ContentOnly {
        body.json("messages", &canonical::messages_to_json(&conversation.messages));
    }
}

/// What neither the text nor a field of the API holds, under a custom field.
fn beside_text(conversation: &Conversation, body: &mut Writer) {
    let mut rest = Writer::new();
    rest.optional("id", conversation.id.as_deref());
    rest.optional("status", conversation.status.as_deref());
    rest.optional("preamble", conversation.preamble.as_deref());
    rest.group("extra", &conversation.extra);
    if !rest.is_empty() {
        body.json("turnwise", &rest.finish());
    }
}

/// Gives every message its id. One that is there already belongs to an earlier request, and would mislead.
pub(crate) fn stamp(messages: &mut [Message], request: &str) {
    for (number, message) in messages.iter_mut().enumerate() {
        let Extra(metadata) = &mut message.details_mut().metadata;
        metadata.retain(|(name, _)| name != MESSAGE_ID);
        if let Some(id) = RawJson::new(quoted(&format!("{request}.{number}"))) {
            metadata.push((MESSAGE_ID.into(), id));
        }
    }
}

/// Takes the ids of messages out again.
pub(crate) fn unstamp(messages: &mut [Message]) {
    for details in messages.iter_mut().filter_map(|message| message.details.as_deref_mut()) {
        details.metadata.0.retain(|(name, _)| name != MESSAGE_ID);
    }
}
