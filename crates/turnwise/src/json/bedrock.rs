//! Amazon Bedrock Converse.

use super::{dialect::Dialect, emit::Emitter};
use crate::model::Conversation;

/// What this format adds.
pub(crate) const DIALECT: Dialect = Dialect::NONE;

/// Writes a conversation as the body of a request.
pub(crate) fn write(conversation: &Conversation, json: &mut Emitter) {
    json.object(|json| json.key("messages").array(|_| _ = conversation));
}
