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
    ("caller", Role::User),
    ("chatbot", Role::Assistant),
    ("client", Role::User),
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
    ("operator", Role::Assistant),
    ("output", Role::Assistant),
    ("prompter", Role::User),
    ("tool_caller", Role::Assistant),
    ("tool_response", Role::Tool),
    ("visitor", Role::User),
];

/// The role that `word` names, and the word itself where it is not the role's own.
pub(crate) fn read(word: &str) -> (Role, Option<Arc<str>>) {
    // Nearly every word is a role's own, which costs no allocation to tell.
    if let Some(role) = Role::from_name_if_known(word) {
        return (role, None);
    }
    let role = named(word.trim()).unwrap_or_else(|| Role::Other(word.into()));
    let label = (word != role.as_str() && word != role.label()).then(|| word.into());
    (role, label)
}

/// Whether `word` names a role.
pub(crate) fn is_known(word: &str) -> bool {
    Role::from_name_if_known(word).is_some() || named(word.trim()).is_some()
}

/// The role that `word` names, in whatever case.
fn named(word: &str) -> Option<Role> {
    let listed =
        OTHER_WORDS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word)).map(|(_, role)| role.clone());
    listed.or_else(|| Role::from_name_if_known(&word.to_ascii_lowercase()))
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
