//! How a role is named and coloured.

use turnwise::{Message, Role};

/// The class that colours a message.
pub(super) fn class(role: Option<&Role>) -> &'static str {
    match role {
        Some(Role::User) => "user",
        Some(Role::Assistant) => "assistant",
        Some(Role::System | Role::Developer) => "system",
        Some(Role::Tool) => "tool",
        _ => "other",
    }
}

/// Who speaks, as people say it: the name, else the word that was written, else the role.
pub(super) fn who(message: &Message) -> &str {
    let written = message.name.as_deref().or(message.label.as_deref());
    match (written.filter(|word| !word.trim().is_empty()), &message.role) {
        (Some(word), _) => word,
        (None, Some(role)) => role.label(),
        (None, None) => "Unknown",
    }
}

/// The role, where it says more than [`who`] does.
pub(super) fn beside(message: &Message) -> Option<&str> {
    let role = message.role.as_ref()?.label();
    (!who(message).eq_ignore_ascii_case(role)).then_some(role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks() {
        let message = |role: Option<Role>, label: Option<&str>, name: Option<&str>| {
            let message = Message {
                role,
                label: label.map(Into::into),
                name: name.map(Into::into),
                ..Message::default()
            };
            (who(&message).to_owned(), beside(&message).map(str::to_owned))
        };
        let is = |who: &str, beside: Option<&str>| (who.to_owned(), beside.map(str::to_owned));
        assert_eq!(message(Some(Role::User), None, None), is("User", None));
        assert_eq!(message(Some(Role::User), Some("Customer"), None), is("Customer", Some("User")));
        assert_eq!(message(Some(Role::User), Some("Customer"), Some("Jo")), is("Jo", Some("User")));
        assert_eq!(message(Some(Role::Assistant), Some("ASSISTANT"), None), is("ASSISTANT", None));
        assert_eq!(message(None, None, Some("Jo")), is("Jo", None));
        assert_eq!(message(None, None, None), is("Unknown", None));
    }
}
