//! Who speaks.

use std::sync::Arc;

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Instructions to the assistant.
    System,
    /// Instructions from the developer, where they are told apart from the system's.
    Developer,
    /// The person who asks.
    User,
    /// The one who answers: a model, a bot or a human agent.
    Assistant,
    /// The result of a tool call.
    Tool,
    /// A role outside this list, as written.
    Other(Arc<str>),
}

impl Role {
    /// The role's name in the canonical form: `system`, `developer`, `user`, `assistant`, `tool`, or as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other(written) => written,
        }
    }

    /// The role's standard label in text: `System`, `Developer`, `User`, `Assistant`, `Tool`, or as written.
    pub fn label(&self) -> &str {
        match self {
            Self::System => "System",
            Self::Developer => "Developer",
            Self::User => "User",
            Self::Assistant => "Assistant",
            Self::Tool => "Tool",
            Self::Other(written) => written,
        }
    }

    /// The role that the canonical form calls `name`; any other word becomes [`Role::Other`].
    pub fn from_name(name: &str) -> Self {
        Self::from_name_if_known(name).unwrap_or_else(|| Self::Other(name.into()))
    }

    /// The role that the canonical form calls `name`, if it is one of the five.
    pub(crate) fn from_name_if_known(name: &str) -> Option<Self> {
        Some(match name {
            "system" => Self::System,
            "developer" => Self::Developer,
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "tool" => Self::Tool,
            _ => return None,
        })
    }
}
