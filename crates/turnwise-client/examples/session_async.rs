//! The same without blocking a thread.

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Config, Error, NewConversation, Status, asynchronous::Client};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::new(Config::from_env()?)?;
    let first = [Message::new(Role::User, "Hi, I need help with my order")];
    let new = NewConversation::of_messages(AgentRef::name("Support Bot"), first, Status::Active);

    let mut session = client.start(&new).await?;
    session
        .append([Message::new(Role::Assistant, "I'd be happy to help! What's your order number?")])
        .await?;
    session.append([Message::new(Role::User, "#12345")]).await?;
    session.complete([Message::new(Role::Assistant, "Found it! Your order ships tomorrow.")]).await?;
    Ok(())
}
