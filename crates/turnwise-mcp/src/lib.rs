//! Transcripts and conversations as tools for assistants, over the Model Context Protocol.

mod answer;
pub mod http;
mod input;
mod limits;
mod loggable;
mod page;
mod problem;
mod resources;
mod server;
mod stdio;
mod tools;
mod unsettled;

pub use limits::Limits;
pub use server::Server;
pub use stdio::{StdioError, serve_stdio};
