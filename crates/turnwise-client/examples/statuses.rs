//! How conversations end, or go on.

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let cases = [
        ("Thanks, that was all!", Status::Completed), // It ended naturally.
        ("I'll try elsewhere.", Status::Abandoned),   // The user left without an answer.
        ("One moment, please...", Status::InProgress), // It goes on.
    ];
    for (text, status) in cases {
        let messages = [Message::new(Role::User, text)];
        let created =
            client.create(&NewConversation::of_messages(AgentRef::id("agent_123"), messages, status))?;
        println!("{} {}", created.id, created.status.map_or("?".into(), |status| status.to_string()));
    }
    Ok(())
}
