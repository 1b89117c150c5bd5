//! Logging that fails must not break your app.

use std::time::Duration;

use turnwise_client::{AgentRef, Config, Error, NewConversation, Outcome, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let mut config = Config::from_env()?;
    // An address where nobody listens.
    config.base_url = "http://127.0.0.1:9/api/v1".into();
    config.timeout = Duration::from_secs(1);
    let client = Client::new(config)?;

    for conversation in turnwise::parse("User: Hi\nAssistant: Hello!").conversations {
        let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::Completed);
        match client.create(&new) {
            Ok(created) => println!("logged as {}", created.id),
            Err(Error::Unauthorized(refusal)) => eprintln!("check the key: {refusal}"),
            // The same `new` can be sent later: its idempotency key keeps it to one conversation.
            Err(error) if error.is_retryable() => eprintln!("later, in {:?}: {error}", error.retry_after()),
            Err(error) if error.outcome() == Outcome::Unknown => eprintln!("it may have arrived: {error}"),
            Err(error) => eprintln!("failed to log conversation: {error}"),
        }
    }
    // Go on: the user's experience does not depend on it.
    Ok(())
}
