//! What else may be said of a conversation, in the API's fields and in your own.

use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let transcript = "User: Where is my order?\nAssistant: It ships tomorrow.";
    for conversation in turnwise::parse(transcript).conversations {
        let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::Completed)
            .llm_model("gpt-4o")
            .company_name("Acme Corp")
            .field("plan", "enterprise")?;
        client.create(&new)?;
    }
    Ok(())
}
