//! Messages of which every field is an attribute: `gen_ai.prompt.0.content`, `llm.input_messages.0.message.role`.

use crate::{
    json::{raw, scan::Key},
    model::{Extra, RawJson},
};

/// What such attributes begin with, those of answers last.
const PREFIXES: &[&str] =
    &["gen_ai.prompt.", "llm.input_messages.", "gen_ai.completion.", "llm.output_messages."];

/// Where in [`PREFIXES`] the answers begin.
const ANSWERS: usize = 2;

/// Words of a name that only wrap what they hold.
const WRAPPERS: &[&str] = &["message", "message_content", "tool_call"];

/// Whether an attribute of this name is a field of a message.
pub(super) fn is_message(name: &str) -> bool {
    parts(name).is_some()
}

/// Which prefix a name has, the number of the message, and the field of it.
fn parts(name: &str) -> Option<(usize, usize, &str)> {
    let (which, rest) =
        PREFIXES.iter().enumerate().find_map(|(which, prefix)| Some((which, name.strip_prefix(prefix)?)))?;
    let (number, field) = rest.split_once('.')?;
    Some((which, number.parse().ok()?, field))
}

/// The fields that were met, in any order.
#[derive(Debug, Default)]
pub(crate) struct Flat(Vec<(String, RawJson)>);

impl Flat {
    pub(super) fn push(&mut self, key: Key<'_>, value: RawJson) {
        self.0.push((key.name.into(), value));
    }

    /// What was asked and what was answered, each as an array of messages.
    pub(crate) fn take(&mut self) -> [Option<String>; 2] {
        let fields = std::mem::take(&mut self.0);
        [false, true].map(|answer| {
            let mut paths: Vec<(usize, usize, &str, &RawJson)> = fields
                .iter()
                .filter_map(|(name, value)| {
                    parts(name).map(|(which, number, rest)| (which, number, rest, value))
                })
                .filter(|(which, ..)| (*which >= ANSWERS) == answer)
                .collect();
            paths.sort_by_key(|(which, number, ..)| (*which, *number));
            let messages: Vec<String> =
                paths.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(message).collect();
            (!messages.is_empty()).then(|| format!("[{}]", messages.join(",")))
        })
    }
}

/// The object that the fields of one message make: numbers in their names are places in lists.
fn message(fields: &[(usize, usize, &str, &RawJson)]) -> String {
    let mut own = Extra::default();
    let mut lists: Vec<(&str, Vec<(&str, Extra)>)> = Vec::new();
    for (.., path, value) in fields {
        let words: Vec<&str> = path.split('.').filter(|word| !WRAPPERS.contains(word)).collect();
        match words.as_slice() {
            [list, number, rest @ ..] if !rest.is_empty() && number.parse::<usize>().is_ok() => {
                let items = match lists.iter_mut().find(|(name, _)| name == list) {
                    Some((_, items)) => items,
                    None => {
                        lists.push((list, Vec::new()));
                        match lists.last_mut() {
                            Some((_, items)) => items,
                            None => continue,
                        }
                    }
                };
                let rest = rest.strip_prefix(&["function"]).unwrap_or(rest).join(".");
                match items.iter_mut().find(|(at, _)| at == number) {
                    Some((_, item)) => item.push(rest, (*value).clone()),
                    None => items.push((number, Extra(vec![(rest, (*value).clone())]))),
                }
            }
            words => own.push(words.join("."), (*value).clone()),
        }
    }
    for (name, items) in lists {
        let items: Vec<String> =
            items.iter().map(|(_, item)| raw::object(item).as_str().to_owned()).collect();
        let name = if name == "contents" { "content" } else { name };
        own.push(name, RawJson::trusted(&format!("[{}]", items.join(","))));
    }
    raw::object(&own).as_str().to_owned()
}
