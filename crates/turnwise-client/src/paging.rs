//! Goes through a list page by page.

use crate::page::{ListQuery, Page};

/// Goes from page to page by offset, as the API has it.
#[derive(Debug, Clone)]
pub(crate) struct Paging {
    query: ListQuery,
    /// The first item of the page before: a server that knows no offset gives the same page again.
    first: Option<String>,
    over: bool,
}

impl Paging {
    pub(crate) fn new(query: ListQuery) -> Self {
        Self { query, first: None, over: false }
    }

    /// What to ask for next, unless that was all.
    pub(crate) fn next(&self) -> Option<&ListQuery> {
        (!self.over).then_some(&self.query)
    }

    /// Takes in a page, and says whether it is a new one.
    pub(crate) fn take<T>(&mut self, page: &Page<T>, id: impl Fn(&T) -> &str) -> bool {
        let first = page.items.first().map(|item| id(item).to_owned());
        if first.is_none() || first == self.first {
            self.over = true;
            return false;
        }
        self.first = first;
        let seen = self.query.offset.unwrap_or(0).saturating_add(page.items.len() as u64);
        self.query.offset = Some(seen);
        self.over = page.total.is_some_and(|total| seen >= total);
        true
    }

    /// Ends it, after an error.
    pub(crate) fn stop(&mut self) {
        self.over = true;
    }
}
