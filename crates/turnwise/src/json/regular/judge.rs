//! Whether the rules of `check` would find nothing in a message.

use super::{Copier, message::Message};
use crate::model::Role;

impl<'a> Copier<'a, '_> {
    /// Whether the rules of `check` find nothing in a message that follows the others.
    pub(super) fn judge(&mut self, message: Message<'a>) -> Option<()> {
        let Message { role, name, content, timestamp, calls, call_id, .. } = message;
        let role = role?;
        let content = content.filter(|content| content != "null");
        let is_call = calls.is_some();
        let answers = call_id.is_none_or(|id| role == Role::Tool && self.calls.contains(&id));
        let says = is_call || content.as_deref().is_some_and(|content| role == Role::Tool || says(content));
        let again = matches!(role, Role::User | Role::Assistant)
            && self
                .before
                .as_ref()
                .is_some_and(|(before, by, called)| *before == role && *by == name && !called && !is_call);
        let late = matches!(role, Role::System | Role::Developer) && self.heard != [false; 2];
        let [asked, answered] = &mut self.heard;
        *asked |= role == Role::User;
        *answered |= role == Role::Assistant;
        let time = timestamp.map(|(time, _)| time);
        let backwards = time < self.last && time.is_some();
        let fits = answers && says && !again && !late && !backwards && (role == Role::Assistant || !is_call);
        self.last = time.or(self.last);
        self.calls.extend(calls.into_iter().flatten().filter_map(|call| call.id));
        self.before = Some((role, name, is_call));
        fits.then_some(())
    }
}

/// Whether a string says more than blanks.
fn says(written: &str) -> bool {
    let text = written.trim_start_matches('"');
    let plain = |c: char| c != '\\' && !c.is_whitespace();
    // Nearly always, the first character tells.
    text.starts_with(plain)
        || serde_json::from_str::<String>(written).is_ok_and(|text| !text.trim().is_empty())
}
