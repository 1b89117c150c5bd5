//! Without the client: requests and answers are values, and any HTTP library can carry them.

use std::env;

use turnwise::{Message, Role};
use turnwise_client::{AgentRef, Append, NewConversation, Response, Status, response};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = env::var("CONVERRA_BASE_URL").unwrap_or_else(|_| "https://converra.ai/api/v1".into());
    let key = env::var("CONVERRA_API_KEY")?;
    let post = |path: &str, body: String| -> Result<Response, ureq::Error> {
        let request = ureq::post(format!("{base}{path}")).header("Authorization", format!("Bearer {key}"));
        let mut answer = request.header("Content-Type", "application/json").send(body)?;
        Ok(Response::new(answer.status().as_u16(), answer.body_mut().read_to_vec()?))
    };

    // First turn: create.
    let first = [Message::new(Role::User, "Hi")];
    let new = NewConversation::of_messages(AgentRef::id("agent_123"), first, Status::Active);
    let created = response::created(&post("/conversations", new.body())?)?;

    // Each turn that follows: append.
    let path = format!("/conversations/{}/messages", created.id);
    let second = Append::new([Message::new(Role::Assistant, "Hello!")]).status(Status::Active);
    response::appended(&post(&path, second.body())?)?;

    // Last turn: flip the status.
    let last = Append::new([Message::new(Role::Assistant, "Goodbye!")]).status(Status::Completed);
    response::appended(&post(&path, last.body())?)?;
    Ok(())
}
