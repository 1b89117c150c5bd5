//! Messages with what is known of each: times, models, tokens; and metadata for the whole.

use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

const CONVERSATION: &str = r#"{
  "messages": [
    {"role": "user", "content": "I need help with my order", "timestamp": "2025-01-20T14:30:00Z"},
    {
      "role": "assistant",
      "content": "I'd be happy to help! What's your order number?",
      "timestamp": "2025-01-20T14:30:02Z",
      "model": "gpt-4o",
      "tokens": 15
    }
  ],
  "metadata": {"userId": "user_123", "sessionId": "sess_456", "channel": "web", "language": "en"}
}"#;

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    for conversation in turnwise::parse(CONVERSATION).conversations {
        let new = NewConversation::new(AgentRef::id("agent_123"), conversation, Status::Completed);
        client.create(&new.llm_model("gpt-4o"))?;
    }
    Ok(())
}
