//! The words that name a role in JSON.

use std::sync::Arc;

use crate::model::Role;

/// Words of other vocabularies, in lower case.
const OTHER_WORDS: &[(&str, Role)] = &[
    ("agent", Role::Assistant),
    ("ai", Role::Assistant),
    ("bard", Role::Assistant),
    ("bing", Role::Assistant),
    ("bot", Role::Assistant),
    ("chatgpt", Role::Assistant),
    ("customer", Role::User),
    ("funccaller", Role::Assistant),
    ("funcresponse", Role::Tool),
    ("function", Role::Tool),
    ("function_call", Role::Assistant),
    ("function_response", Role::Tool),
    ("gpt", Role::Assistant),
    ("human", Role::User),
    ("input", Role::User),
    ("model", Role::Assistant),
    ("observation", Role::Tool),
    ("output", Role::Assistant),
    ("prompter", Role::User),
    ("tool_caller", Role::Assistant),
    ("tool_response", Role::Tool),
];

/// The role that `word` names, and the word itself where it is not the role's own.
pub(super) fn read(word: &str) -> (Role, Option<Arc<str>>) {
    let lower = word.trim().to_ascii_lowercase();
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
        assert_eq!(read(" gpt "), (Role::Assistant, Some(" gpt ".into())));
        assert_eq!(read("function"), (Role::Tool, Some("function".into())));
        assert_eq!(read("Critic"), (Role::Other("Critic".into()), None));
        assert_eq!(read(""), (Role::Other("".into()), None));
    }
}
