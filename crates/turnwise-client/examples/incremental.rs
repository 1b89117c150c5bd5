//! Send turns as they happen: one method, which creates or appends by whether it is given an id.

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, blocking::Client};

fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let turn = |role, text, status| {
        NewConversation::of_messages(AgentRef::name("Support Bot"), [Message::new(role, text)], status)
    };

    // The first turn creates the conversation. Its id is the only state to carry.
    let first = turn(Role::User, "Hi, I need help with my order", Status::Active);
    let id = client.send(&first, None)?;

    // Each turn that follows has the same id.
    let second = turn(Role::Assistant, "I'd be happy to help! What's your order number?", Status::Active);
    client.send(&second, Some(&id))?;
    client.send(&turn(Role::User, "#12345", Status::Active), Some(&id))?;

    // The last turn completes it, which starts the analysis.
    let last = turn(Role::Assistant, "Found it! Your order ships tomorrow.", Status::Completed);
    client.send(&last, Some(&id))?;
    println!("{id}");
    Ok(())
}
