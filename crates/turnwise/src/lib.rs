//! Turns any chat transcript into one canonical conversation.

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
pub mod text;
mod utf8;
mod write;

pub use check::check;
pub use detect::detect;
pub use diagnostic::{CODES, Code, CodeInfo, Diagnostic, Severity};
pub use format::{Detection, FORMATS, Format, FormatInfo};
pub use limits::Limits;
pub use model::{
    Arguments, ContentState, Conversation, Details, Extra, Media, Message, Part, RawJson, Reasoning, Role,
    ToolCall, ToolResult, Usage,
};
pub use parse::{Parsed, Parser, parse};
pub use source::{LineIndex, Position, Span};
pub use write::{Written, write};
