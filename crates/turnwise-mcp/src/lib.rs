//! Transcripts and conversations as tools for assistants, over the
//! [Model Context Protocol](https://modelcontextprotocol.io/specification/2025-11-25).
//!
//! A user pastes a chat and says "log this conversation for my support agent". The assistant passes on what was pasted;
//! turnwise reads it, says what was doubtful, and logs it, once.
//!
//! # Tools
//!
//! | tool | does | needs a key |
//! | --- | --- | --- |
//! | `normalize_transcript` | reads a transcript in any format, as canonical JSON | no |
//! | `check_transcript` | says what is doubtful or wrong in it, with places | no |
//! | `convert_transcript` | writes it in another format, and says what did not fit | no |
//! | `detect_format` | says which format it is in, and why | no |
//! | `log_conversation` | logs a new conversation, or appends to one | yes |
//! | `list_conversations` | lists what was logged | yes |
//! | `get_conversation` | gets a logged conversation with its messages | yes |
//!
//! Resources: `turnwise://formats`, `turnwise://codes` (and `turnwise://codes/CODE` for one), and
//! `turnwise://schema/conversation`.
//!
//! # Setting it up
//!
//! The key stands in the environment, never in arguments: `CONVERRA_API_KEY`. `CONVERRA_BASE_URL` names another server
//! than converra.ai, such as `http://127.0.0.1:4141/api/v1`. Without a key, leave `env` out.
//!
//! Most assistants start a program and speak to it over its standard input and output. Claude Desktop
//! (`claude_desktop_config.json`), Cursor (`.cursor/mcp.json`), Windsurf (`mcp_config.json`), Gemini CLI
//! (`.gemini/settings.json`) and Claude Code (`.mcp.json`) take this:
//!
//! ```json
//! {"mcpServers": {"turnwise": {"command": "turnwise", "args": ["mcp"], "env": {"CONVERRA_API_KEY": "sk_..."}}}}
//! ```
//!
//! VS Code (`.vscode/mcp.json`) has `servers` where the others have `mcpServers`. Claude Code can be told by a command,
//! and Codex has TOML (`~/.codex/config.toml`):
//!
//! ```sh
//! claude mcp add turnwise --env CONVERRA_API_KEY=sk_... -- turnwise mcp
//! ```
//!
//! ```toml
//! [mcp_servers.turnwise]
//! command = "turnwise"
//! args = ["mcp"]
//! env = { CONVERRA_API_KEY = "sk_..." }
//! ```
//!
//! Where an assistant wants an address, `turnwise mcp --http 127.0.0.1:8808` serves it at `http://127.0.0.1:8808/mcp`, to
//! programs of the same machine only ([`http`]).
//!
//! # How it keeps its word
//!
//! - **Nothing doubtful is logged in silence.** A text without messages, several conversations at once, a speaker whose
//!   role is open, or a part that cannot be read: each is refused with what to do. Warnings come with the answer.
//! - **Logged once.** A call whose outcome is unknown says so. The same call again sends the same idempotency key, or
//!   looks for the messages first.
//! - **Bounded.** [`Limits`] has the numbers. Answers are cut between messages, and say where to go on.
//! - **Nothing ends it.** Broken lines, calls of other tools, cancelled calls and huge inputs are answered or passed over.
//! - Standard output has the protocol and nothing else; logs go to standard error. At `TURNWISE_LOG=debug` and finer they
//!   hold what transcripts say; the key is in none.
//!
//! Numbers in structured answers are exact to 64 bits, and members of an object are sorted: what must be kept to the byte
//! is what `convert_transcript` gives.
//!
//! ```no_run
//! use turnwise_mcp::{Limits, Server, serve_stdio};
//!
//! # async fn run() -> Result<(), turnwise_mcp::StdioError> {
//! serve_stdio(Server::from_env(Limits::default())).await
//! # }
//! ```

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
