//! Lists, page by page.

/// Which conversations or agents to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListQuery {
    /// Only those of this agent (conversations).
    pub agent_id: Option<String>,
    /// Only those with this status.
    pub status: Option<String>,
    /// How many a page holds; the API documents 20 as the default and 100 as the most.
    pub limit: Option<u64>,
    /// How many to pass over.
    pub offset: Option<u64>,
}

impl ListQuery {
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let pairs = [
            ("agentId", self.agent_id.clone()),
            ("status", self.status.clone()),
            ("limit", number(self.limit)),
            ("offset", number(self.offset)),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How many there are on all pages, where the server says so.
    pub total: Option<u64>,
}

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
