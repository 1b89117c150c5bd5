//! Turns any chat transcript or chat JSON into one canonical conversation, and shows every doubt with its place.
//!
//! In text, the document as a whole decides which lines begin a message, so a colon in prose, a code fence or a pasted
//! transcript does not break a conversation apart. JSON of all providers has one reader, which tells formats by the
//! shapes that it meets; the pages of [`json`] say how each is read.
//!
//! ```
//! use turnwise::{Format, Parser, Role, write};
//!
//! let parsed = Parser::new().parse("User: it says:\n\nerror: no disk\nAI: Free some space.");
//! let conversation = &parsed.conversations[0];
//! assert_eq!(conversation.messages[0].role, Some(Role::User));
//! assert_eq!(conversation.messages[0].text(), "it says:\n\nerror: no disk");
//! assert!(parsed.diagnostics.is_empty());
//!
//! let json = write(conversation, Format::Canonical).expect("a format that can be written").text;
//! assert_eq!(turnwise::parse(&json).conversations[0].messages[1].text(), "Free some space.");
//! ```
//!
//! # Promises
//!
//! 1. **Total.** No input makes a reader fail or panic, or recurse without bound. What is wrong is a [`Diagnostic`].
//! 2. **Nothing lost.** The segments of a text tile it; every field of a JSON document is in the model or in an [`Extra`].
//! 3. **Round trip.** What [`write()`] wrote reads back as it was, or [`Written::diagnostics`] says what did not fit.
//! 4. **Idempotent.** Canonical JSON that is read and written again is the same bytes.
//! 5. **Linear.** Time and memory grow with the size of the input and no faster.
//!
//! The README names the test and the fuzz target of each; `ARCHITECTURE.md` says how they are kept.
//!
//! # Where to start
//!
//! - [`parse`] reads text; [`Parser`] has the settings, and [`Parser::parse_bytes`] reads bytes that may not be UTF-8.
//! - [`Parsed`] holds the [`Conversation`]s and the findings; [`LineIndex`] turns their places into lines and columns.
//! - [`Parser::segments`] gives spans only ([`text`]), and copies nothing.
//! - [`write()`] writes a [`Conversation`] as any [`Format`] that can be written; [`json::canonical`] writes JSON directly.
//! - [`detect()`] says which formats an input may be in; [`check()`] judges a conversation that was made elsewhere.
//! - [`stream`] reads inputs of many conversations one by one, however long they are.
//! - [`FORMATS`] and [`CODES`] are the tables of formats and of findings.
//!
//! # Features
//!
//! Neither is on by default. `render` adds the module `render`: findings for people and for tools. `schema` adds
//! `json::canonical::schema`: the JSON Schema of the canonical form.

mod check;
mod detect;
mod diagnostic;
mod format;
pub mod json;
mod limits;
mod model;
mod parse;
#[cfg(feature = "render")]
pub mod render;
mod source;
pub mod stream;
pub mod text;
mod utf8;
mod write;

pub use check::check;
pub use detect::detect;
pub use diagnostic::{CODES, Code, CodeInfo, Diagnostic, Severity};
pub use format::{Detection, FORMATS, Format, FormatInfo};
pub use limits::Limits;
pub use model::{
    Arguments, ContentState, Conversation, Details, Extra, Media, MediaSource, Message, Part, Parts, RawJson,
    Reasoning, Role, Text, Tool, ToolCall, ToolResult, Usage,
};
pub use parse::{Parsed, Parser, parse};
pub use source::{LineIndex, Position, Span};
pub use write::{Written, write};

/// The README's examples compile and hold.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
