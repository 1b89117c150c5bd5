//! The same as a session: completing it consumes it, so that it is completed exactly once.

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let first = [Message::new(Role::User, "Hi, I need help with my order")];
    let new = NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Active);

    let mut session = client.start(&new)?;
    session.append([Message::new(Role::Assistant, "I'd be happy to help! What's your order number?")])?;
    session.append([Message::new(Role::User, "#12345")])?;
    session.complete([Message::new(Role::Assistant, "Found it! Your order ships tomorrow.")])?;
    Ok(())
}
