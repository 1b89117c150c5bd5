//! What can go wrong in a call, and what an assistant should do about it.

use crate::page::cut;
use rmcp::{
    ErrorData,
    handler::server::tool::IntoCallToolResult,
    model::{CallToolResponse, CallToolResult, ContentBlock},
};
use turnwise_client::{Error, Outcome};

/// Why a call gave no result. It becomes a result that is marked as an error, since assistants read those.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// An argument that the tool does not have.
    #[error("`{tool}` has no argument `{argument}`")]
    UnknownArgument { tool: String, argument: String, known: String },
    /// Arguments that do not go together, and which do.
    #[error("{0}")]
    Arguments(&'static str, &'static str),
    /// More than is read.
    #[error("the transcript has {bytes} bytes, and {limit} are read at most")]
    TooLarge { bytes: usize, limit: usize },
    /// A text in which nobody speaks.
    #[error("no messages were found in the transcript, so nothing was logged")]
    NoMessages,
    /// An input of more than one conversation.
    #[error("the transcript holds {0} conversations, and one is logged at a time; nothing was logged")]
    Several(usize),
    /// Speakers that may be on either side.
    #[error("who speaks as the user and who as the assistant is open for {0}; nothing was logged")]
    OpenRoles(String),
    /// What was read is not all that there is.
    #[error("parts of the transcript could not be read ({0}); nothing was logged")]
    Unreadable(String),
    /// The same call twice at the same time.
    #[error("a call with the same arguments is under way")]
    UnderWay,
    /// There is no way to the API.
    #[error("there is no access to the conversation API: {0}")]
    NoAccess(Error),
    /// What a read from the API came to.
    #[error("{0}")]
    Reading(Error),
    /// What sending to the API came to.
    #[error("{0}")]
    Logging(Error),
    /// Work did not come to its end.
    #[error("it failed: {0}")]
    Failed(String),
}

impl Problem {
    /// What to do about it.
    fn remedy(&self) -> String {
        match self {
            Self::UnknownArgument { known, .. } => return format!("Call it again with some of these: {known}."),
            Self::Arguments(_, remedy) => remedy,
            Self::TooLarge { .. } => {
                "Pass a part of it, cut between two messages; or have the user run `turnwise normalize FILE`, which \
                 reads files of any size."
            }
            Self::NoMessages => {
                "Pass `messages`, or a transcript in which every turn begins with who speaks; `check_transcript` says \
                 what was found in this one."
            }
            Self::Several(_) => {
                "Ask the user which to log if it is not plain, then log each with a call of its own."
            }
            Self::OpenRoles(_) => {
                "Call it again with `labels`, such as {\"NAME\": \"user\", \"OTHER\": \"assistant\"}; ask the user who \
                 is who if it is not plain."
            }
            Self::Unreadable(_) => {
                "Show the user what `check_transcript` finds and get the whole transcript; if what can be read is \
                 enough, call it again with `despite_errors`: true."
            }
            Self::UnderWay => "Wait for its answer. Call it again if there is none.",
            Self::NoAccess(_) => {
                "Ask the user to set CONVERRA_API_KEY, and CONVERRA_BASE_URL for another server than converra.ai, in \
                 the environment of this MCP server, and to restart it. The tools for transcripts work without."
            }
            Self::Reading(error) => return after(error, "Call it again later."),
            Self::Logging(error) if error.outcome() == Outcome::NotApplied => {
                return after(error, "Nothing was logged. Call it again later.");
            }
            Self::Logging(Error::OutcomeUnknown { conversation, later: false, .. }) => {
                return format!(
                    "Look with get_conversation (conversation_id: {conversation}) whether the messages are there, and \
                     append only those that are missing."
                );
            }
            Self::Logging(error) => {
                let again = "It may have been logged all the same. Call it again with exactly the same arguments: then \
                     it is settled, and not logged twice.";
                return after(error, again);
            }
            Self::Failed(_) => "Tell the user: this is a defect of turnwise and should be reported.",
        }
        .into()
    }
}

/// What to do after an error of the API; `again` where trying again can help.
fn after(error: &Error, again: &str) -> String {
    let what = match error {
        Error::Unauthorized(_) => {
            "The key was refused, so trying again is of no use: ask the user to check CONVERRA_API_KEY, and that it is \
             a key for the server at CONVERRA_BASE_URL."
        }
        Error::NotFound(_) => "Check the id with list_conversations.",
        Error::Refused(_) => "The server does not take it: change what it names, or ask the user.",
        Error::Redirected { .. } => "Ask the user to check CONVERRA_BASE_URL.",
        Error::TooLarge { .. } => "Ask for less, with a smaller `limit`.",
        Error::Connect(_) => {
            return format!(
                "{again} If it happens again, ask the user to check CONVERRA_BASE_URL and the network."
            );
        }
        _ => {
            let wait =
                error.retry_after().map(|wait| format!(" Wait {} seconds first.", wait.as_secs().max(1)));
            return format!("{again}{}", wait.unwrap_or_default());
        }
    };
    what.into()
}

impl IntoCallToolResult for Problem {
    fn into_call_tool_result(self) -> Result<CallToolResponse, ErrorData> {
        /// Bytes of what happened: a server may say anything.
        const ENOUGH: usize = 600;
        let what = cut(&self.to_string(), ENOUGH);
        let text = format!("{what}.\nWhat to do: {}", self.remedy());
        Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into())
    }
}
