//! What can go wrong in a call, and what an assistant should do about it.

use rmcp::{
    ErrorData,
    handler::server::tool::IntoCallToolResult,
    model::{CallToolResponse, CallToolResult, ContentBlock},
};

/// Why a call gave no result. It becomes a result that is marked as an error, since assistants read those.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// An argument that the tool does not have.
    #[error("`{tool}` has no argument `{argument}`")]
    UnknownArgument { tool: String, argument: String, known: String },
    /// More than is read.
    #[error("the transcript has {bytes} bytes, and {limit} are read at most")]
    TooLarge { bytes: usize, limit: usize },
    /// Reading did not come to its end.
    #[error("reading the transcript failed: {0}")]
    Failed(String),
}

impl Problem {
    /// What to do about it.
    fn remedy(&self) -> String {
        match self {
            Self::UnknownArgument { known, .. } => format!("Call it again with some of these: {known}."),
            Self::TooLarge { .. } => {
                "Pass a part of it, cut between two messages; or have the user run `turnwise normalize FILE`, which \
                 reads files of any size."
                    .into()
            }
            Self::Failed(_) => "Tell the user: this is a defect of turnwise and should be reported.".into(),
        }
    }
}

impl IntoCallToolResult for Problem {
    fn into_call_tool_result(self) -> Result<CallToolResponse, ErrorData> {
        let text = format!("{self}.\nWhat to do: {}", self.remedy());
        Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into())
    }
}
