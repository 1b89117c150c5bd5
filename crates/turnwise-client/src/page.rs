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
