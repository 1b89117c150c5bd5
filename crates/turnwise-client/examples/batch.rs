//! Send a finished conversation at once. The transcript may be in any format that turnwise reads; it is sent as
//! structured messages.

use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

const TRANSCRIPT: &str = "\
User: Hi, I need help with my order
Assistant: I'd be happy to help! What's your order number?
User: #12345
Assistant: Found it! Your order ships tomorrow.";

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    for conversation in turnwise::parse(TRANSCRIPT).conversations {
        // `completed` starts the analysis.
        let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::Completed);
        let created = client.create(&new)?;
        println!("{}", created.id);
    }
    Ok(())
}
