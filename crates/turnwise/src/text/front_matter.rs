//! YAML before a document, which is no part of the conversation.

use super::label::{self, Strength};
use crate::parse::Parser;

/// Where a block of YAML at the document's start ends: keys and what belongs to them, between two `---`.
pub(super) fn front_matter(parser: &Parser, text: &str) -> usize {
    let mut at: usize = 0;
    let mut keys: usize = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        at = at.saturating_add(line.len());
        let line = line.trim_end();
        match (number, line) {
            (0, "---") => {}
            (0, _) => return 0,
            (_, "---") => return if keys > 0 { at } else { 0 },
            (1, "") => return 0,
            _ if line.is_empty() || line.starts_with([' ', '\t', '-', '#']) => {}
            _ => match line.split_once(':') {
                // A label would come first; a key may have any name.
                Some((key, _)) if keys > 0 || label::look_up(parser, key).strength < Strength::Strong => {
                    keys = keys.saturating_add(1);
                }
                _ => return 0,
            },
        }
    }
    0
}
