//! The conversations of an agent.

use turnwise_client::{Config, Error, ListQuery, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let query = ListQuery { agent_id: Some("agent_123".into()), limit: Some(20), ..ListQuery::default() };

    // One page, as the dashboard shows it.
    let page = client.list(&query)?;
    println!("{} of {:?}", page.items.len(), page.total);

    // All of them, page by page.
    for page in client.pages(query) {
        for conversation in page? {
            let status = conversation.status.map_or("?".into(), |status| status.to_string());
            println!("{} {status}", conversation.id);
        }
    }
    Ok(())
}
