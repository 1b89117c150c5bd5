//! JSON payloads: one reader for all formats, a file a format for what it adds, and writers.
//!
//! `scan` walks a document piece by piece and never gives up on what was readable; `fields` takes the fields that are
//! known and puts every other one into an `extra`, byte for byte. `read` finds the conversations in a document,
//! `envelope` the messages in an object, `message` and `part` what they say. A format is one file here: its `DIALECT`
//! says what it adds, and its `write` writes it. `stream` puts answers together that came in chunks.

pub mod ai_sdk;
pub mod anthropic;
pub mod bedrock;
pub mod canonical;
pub mod chat_json;
pub mod gemini;
pub mod langchain;
pub mod openai_chat;
pub mod openai_responses;
pub mod otel;
pub mod sharegpt;

mod ahead;
mod call;
mod content;
mod dialect;
mod emit;
mod envelope;
mod evidence;
mod fields;
mod ids;
mod media;
mod message;
mod nested;
mod part;
pub(crate) mod plain;
mod pointers;
mod put;
pub(crate) mod raw;
mod read;
mod reader;
pub(crate) mod regular;
mod role;
mod scan;
mod shape;
mod stream;
mod time;
mod tools;
mod turn;
mod turns;
mod usage;

use crate::model::Conversation;

pub(crate) use pointers::Places;
pub(crate) use read::{detect, read};
pub(crate) use shape::claims;

/// What `write` makes of a conversation, on one line.
pub(crate) fn text_of(conversation: &Conversation, write: fn(&Conversation, &mut emit::Emitter)) -> String {
    let mut json = emit::Emitter::compact();
    write(conversation, &mut json);
    json.finish()
}
