//! Lists that go from page to page.

use super::Client;
use crate::{error::Error, page::ListQuery, paging::Paging, stored::Stored};

/// Conversations page by page; an error ends it.
#[derive(Debug)]
pub struct Pages<'a> {
    client: &'a Client,
    paging: Paging,
}

impl<'a> Pages<'a> {
    pub(super) fn new(client: &'a Client, query: ListQuery) -> Self {
        Self { client, paging: Paging::new(query) }
    }

    /// The next page, or `None` after the last.
    ///
    /// # Errors
    ///
    /// As for [`Client::create`].
    pub async fn next(&mut self) -> Option<Result<Vec<Stored>, Error>> {
        match self.client.list(self.paging.next()?).await {
            Ok(page) => self.paging.take(&page, |stored| &stored.id).then_some(Ok(page.items)),
            Err(error) => {
                self.paging.stop();
                Some(Err(error))
            }
        }
    }
}
