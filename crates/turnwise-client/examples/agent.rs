//! Get an agent, let its model answer, log the conversation.

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;

    // 1. Get your agent.
    let agent = client.agent("agent_123")?;

    // 2. Run your AI conversation.
    let system = Message::new(Role::System, agent.content.unwrap_or_default());
    let user = Message::new(Role::User, "How do I cancel my subscription?");
    let answer = Message::new(Role::Assistant, ask_the_model(&system, &user));

    // 3. Log it.
    let new = NewConversation::of_messages(AgentRef::id(agent.id), [system, user, answer], Status::Completed);
    let created = client.create(&new.llm_model("gpt-4o"))?;
    println!("{}", created.id);
    Ok(())
}

/// Where the call of your model's provider would be.
fn ask_the_model(_system: &Message, _user: &Message) -> String {
    "Go to Settings > Subscription > Cancel.".into()
}
