//! Lists of conversations.

use super::{
    Store, StoreError,
    record::{Record, SELECT, Submission, record, submissions},
};
use rusqlite::ToSql;

/// Which conversations are asked for; the latest come first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Identifier of the agent.
    pub(crate) agent_id: Option<String>,
    /// Status; `active` and `in_progress` are the same.
    pub(crate) status: Option<String>,
    /// Text that stands in a message, the title or the identifier; the case of letters does not matter.
    pub(crate) search: Option<String>,
    /// How many at most.
    pub(crate) limit: u32,
    /// How many to pass over.
    pub(crate) offset: u64,
}

/// Some of many.
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    /// These.
    pub(crate) items: Vec<T>,
    /// How many there are.
    pub(crate) total: u64,
}

impl Store {
    /// Conversations, the latest first; those of at most `whole` bytes with their bodies.
    pub(crate) async fn list(
        &self,
        filter: Filter,
        whole: u64,
    ) -> Result<Page<(Record, Option<Vec<Submission>>)>, StoreError> {
        self.read(move |db| {
            let (condition, values) = condition(&filter);
            let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
            let count = format!("SELECT count(*) FROM conversations c WHERE {condition}");
            let total: i64 = db.query_row(&count, values.as_slice(), |row| row.get(0))?;
            let offset = i64::try_from(filter.offset).unwrap_or(i64::MAX);
            let page = format!(
                "{SELECT} WHERE {condition} ORDER BY number DESC LIMIT {} OFFSET {offset}",
                filter.limit
            );
            let mut rows = db.prepare(&page)?;
            let mut items = Vec::new();
            for found in rows.query_map(values.as_slice(), record)? {
                let found = found?;
                let bodies = (found.bytes <= whole).then(|| submissions(db, &found)).transpose()?;
                items.push((found, bodies));
            }
            Ok(Page { items, total: total.unsigned_abs() })
        })
        .await
    }
}

/// The filter as SQL, and the values of its parameters.
fn condition(filter: &Filter) -> (String, Vec<String>) {
    let (mut condition, mut values) = ("true".to_owned(), Vec::new());
    if let Some(id) = &filter.agent_id {
        condition.push_str(" AND c.agent_id = ?");
        values.push(id.clone());
    }
    match filter.status.as_deref() {
        None => {}
        Some("active" | "in_progress") => condition.push_str(" AND c.status IN ('active', 'in_progress')"),
        Some(status) => {
            condition.push_str(" AND c.status = ?");
            values.push(status.to_owned());
        }
    }
    if let Some(search) = &filter.search {
        let words = search.to_lowercase();
        condition.push_str(
            " AND (c.id = ? OR EXISTS (SELECT 1 FROM submissions
                WHERE conversation = c.number AND instr(words, ?) > 0))",
        );
        values.extend([words.clone(), words]);
    }
    (condition, values)
}
