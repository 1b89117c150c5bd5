//! Where a conversation stands.

use std::fmt;

/// Where a conversation stands, with the word as it was given.
///
/// The API has two words for one that goes on: `active` in its examples and `in_progress` in its list. Both are
/// [open](Status::is_open). Only `completed` is said to start an analysis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// `active`: it goes on.
    Active,
    /// `in_progress`: it goes on.
    InProgress,
    /// `completed`: it ended naturally.
    Completed,
    /// `abandoned`: the user left without an answer.
    Abandoned,
    /// Another word.
    Other(String),
}

impl Status {
    /// The word, as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
            Self::Other(word) => word,
        }
    }

    /// Whether the conversation goes on.
    ///
    /// ```
    /// use turnwise_client::Status;
    /// assert!(Status::from("in_progress").is_open() && Status::from("active").is_open());
    /// assert!(!Status::Completed.is_open() && !Status::from("archived").is_open());
    /// ```
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Active | Self::InProgress)
    }
}

impl From<&str> for Status {
    fn from(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "in_progress" => Self::InProgress,
            "completed" => Self::Completed,
            "abandoned" => Self::Abandoned,
            other => Self::Other(other.into()),
        }
    }
}

impl From<String> for Status {
    fn from(word: String) -> Self {
        word.as_str().into()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
