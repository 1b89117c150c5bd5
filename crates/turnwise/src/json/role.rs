//! The words that name a role in JSON.

use std::sync::Arc;

use crate::model::Role;

/// Words of other vocabularies, in lower case.
const OTHER_WORDS: &[(&str, Role)] = &[
    ("agent", Role::Assistant),
    ("ai", Role::Assistant),
    ("bot", Role::Assistant),
    ("caller", Role::User),
    ("chatbot", Role::Assistant),
    ("client", Role::User),
    ("customer", Role::User),
    ("function", Role::Tool),
    ("gpt", Role::Assistant),
    ("human", Role::User),
    ("model", Role::Assistant),
    ("operator", Role::Assistant),
    ("visitor", Role::User),
];

/// The role that `word` names, and the word itself where it is not the role's own.
pub(super) fn read(word: &str) -> (Role, Option<Arc<str>>) {
    let lower = word.to_ascii_lowercase();
    let listed = OTHER_WORDS.iter().find(|(other, _)| *other == lower).map(|(_, role)| role.clone());
    let role = match (listed, Role::from_name(&lower)) {
        (Some(role), _) => role,
        (None, Role::Other(_)) => Role::Other(word.into()),
        (None, role) => role,
    };
    let own = word == role.as_str() || word == role.label();
    let label = (!own).then(|| word.into());
    (role, label)
}

/// Whether `word` names a role.
pub(super) fn is_known(word: &str) -> bool {
    !matches!(read(word).0, Role::Other(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_roles() {
        let read = |word| read(word);
        assert_eq!(read("user"), (Role::User, None));
        assert_eq!(read("User"), (Role::User, None));
        assert_eq!(read("USER"), (Role::User, Some("USER".into())));
        assert_eq!(read("Human"), (Role::User, Some("Human".into())));
        assert_eq!(read("function"), (Role::Tool, Some("function".into())));
        assert_eq!(read("Critic"), (Role::Other("Critic".into()), None));
        assert_eq!(read(""), (Role::Other("".into()), None));
    }
}
