//! What is known of a conversation besides its messages.

use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use serde_json::{Map, Value};
use turnwise::{Conversation, RawJson};
use turnwise_client::{AgentRef, Append, NewConversation, Status};

/// The arguments for it.
#[derive(Debug, Hash, Deserialize, JsonSchema)]
pub(super) struct About {
    /// A title.
    title: Option<String>,
    /// The model that answered, such as `gpt-4o`.
    llm_model: Option<String>,
    /// The customer's company.
    company_name: Option<String>,
    /// An id that the user has for the customer.
    user_id: Option<String>,
    /// An id that the user has for the session.
    session_id: Option<String>,
    /// What else is to be kept with the conversation, such as `{"channel": "web"}`.
    #[serde(default)]
    metadata: Map<String, Value>,
}

impl About {
    pub(super) fn create(
        self,
        agent: AgentRef,
        mut conversation: Conversation,
        status: Status,
    ) -> NewConversation {
        let Self { title, llm_model, company_name, user_id, session_id, metadata } = self;
        add(metadata, &mut conversation);
        let new = NewConversation::new(agent, conversation, status);
        let new = title.into_iter().fold(new, NewConversation::title);
        let new = llm_model.into_iter().fold(new, NewConversation::llm_model);
        let new = company_name.into_iter().fold(new, NewConversation::company_name);
        let new = user_id.into_iter().fold(new, NewConversation::user_id);
        session_id.into_iter().fold(new, NewConversation::session_id)
    }

    pub(super) fn append(self, mut conversation: Conversation, status: Option<Status>) -> Append {
        add(self.metadata, &mut conversation);
        let Conversation { messages, metadata, tools, .. } = conversation;
        let append = Append::new(messages).metadata(metadata).tools(tools);
        let append = status.into_iter().fold(append, Append::status);
        self.session_id.into_iter().fold(append, Append::session_id)
    }

    /// What is said of a conversation when it is made, and cannot be said later.
    pub(super) fn left_out(&self) -> Option<String> {
        let Self { title, llm_model, company_name, user_id, session_id: _, metadata: _ } = self;
        let fields = [
            ("title", title),
            ("llm_model", llm_model),
            ("company_name", company_name),
            ("user_id", user_id),
        ];
        let given: Vec<&str> =
            fields.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
        let names = given.join(", ");
        (!given.is_empty())
            .then(|| format!("{names} can only be said of a new conversation, and was not sent"))
    }
}

/// Adds what the caller knows; it comes before what the source says.
fn add(metadata: Map<String, Value>, conversation: &mut Conversation) {
    for (name, value) in metadata {
        conversation.metadata.0.retain(|(other, _)| *other != name);
        if let Some(value) = RawJson::new(value.to_string()) {
            conversation.metadata.push(name, value);
        }
    }
}
