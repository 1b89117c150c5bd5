//! JSON pointers for findings of the rules, which know where a message stands but not under which name.

use crate::{diagnostic::Diagnostic, source::Span};

/// Where messages stand, and the pointers to them (RFC 6901).
///
/// The pointer to a list is kept once; those to its items are put together where a finding needs one.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pointers: Vec<String>,
    messages: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    span: Span,
    /// Place in `pointers`.
    pointer: usize,
    /// The item of the list that it points to; none where it points to the message itself.
    item: Option<usize>,
}

impl Places {
    /// Notes a list of messages; gives what its items are noted with.
    pub(crate) fn list(&mut self, pointer: Option<String>) -> Option<usize> {
        self.pointers.push(pointer?);
        self.pointers.len().checked_sub(1)
    }

    /// Notes the message that is an item of a list.
    pub(crate) fn item(&mut self, list: Option<usize>, item: usize, span: Span) {
        if let Some(pointer) = list {
            self.messages.push(Place { span, pointer, item: Some(item) });
        }
    }

    /// Notes a value that is a message, or holds some.
    pub(crate) fn value(&mut self, pointer: Option<String>, span: Span) {
        if let Some(pointer) = self.list(pointer) {
            self.messages.push(Place { span, pointer, item: None });
        }
    }

    /// Gives a pointer to each finding that has none and stands in a message.
    pub(crate) fn fill(mut self, findings: &mut [Diagnostic]) {
        self.messages.sort_by_key(|place| place.span.start);
        for finding in findings.iter_mut().filter(|finding| finding.pointer.is_none()) {
            let start = finding.span.start;
            let after = self.messages.partition_point(|place| place.span.start <= start);
            let place = after.checked_sub(1).and_then(|index| self.messages.get(index));
            let Some(place) = place.filter(|place| start < place.span.end) else { continue };
            let pointer = self.pointers.get(place.pointer).cloned();
            finding.pointer = pointer.map(|pointer| match place.item {
                Some(item) => format!("{pointer}/{item}"),
                None => pointer,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn a_finding_has_the_pointer_of_the_message_that_it_begins_in() {
        let mut places = Places::default();
        let list = places.list(Some("/messages".to_owned()));
        places.item(list, 0, Span::new(10, 20));
        places.item(list, 1, Span::new(21, 30));
        let mut findings = [9, 10, 19, 20, 21].map(|at| Diagnostic::new(Code::NoAnswer, Span::new(at, at)));
        places.fill(&mut findings);
        let pointers = findings.each_ref().map(|finding| finding.pointer.as_deref());
        assert_eq!(pointers, [None, Some("/messages/0"), Some("/messages/0"), None, Some("/messages/1")]);
    }
}
