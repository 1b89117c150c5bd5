//! What was asked comes before what was answered, in whatever order an object names them.

use super::Envelope;
use crate::json::{reader::Reader, shape};

impl Envelope {
    /// Says that the messages from `from` on are those of the field `name`, which may tell who said them.
    pub(super) fn note_side(&mut self, name: &str, from: usize) {
        let to = self.conversation.messages.len();
        match self.answer {
            _ if is_answer(name) => self.answers_from(from),
            Some(_) if is_question(name) => {
                self.asked.push(from.saturating_sub(self.begin)..to.saturating_sub(self.begin));
            }
            _ => {}
        }
    }

    /// Moves what was asked before the answer, where it stands behind it.
    pub(super) fn ask_first(&mut self, scan: &mut Reader<'_>) {
        let Some(answer) = self.answer.filter(|_| !self.asked.is_empty()) else { return };
        let mut ranges = std::mem::take(&mut self.asked).into_iter().peekable();
        let messages = &mut self.conversation.messages;
        let later = messages.split_off(answer.min(messages.len()));
        let mut rest = Vec::with_capacity(later.len());
        for (at, message) in (answer.saturating_sub(self.begin)..).zip(later) {
            while ranges.next_if(|range| range.end <= at).is_some() {}
            let is_asked = ranges.peek().is_some_and(|range| range.contains(&at));
            if is_asked { messages.push(message) } else { rest.push(message) }
        }
        let from = messages.len();
        messages.append(&mut rest);
        // What was asked may have the answer in it.
        self.forget_repeats(scan, from);
        self.answer = Some(from);
    }
}

/// Whether a field holds what was answered.
pub(super) fn is_answer(name: &str) -> bool {
    shape::side(name) == Some(true)
        || matches!(
            name,
            "outputs" | "choices" | "candidates" | "generations" | "response" | "responses" | "result"
        )
}

/// Whether a field holds what came before an answer.
fn is_question(name: &str) -> bool {
    shape::side(name) == Some(false)
        || matches!(name, "messages" | "contents" | "inputs" | "request" | "history" | "chat_history")
}
