//! What can be sent: a new conversation, and more messages for one.

use serde::Serialize;
use turnwise::{Conversation, Extra, Message, RawJson, Tool, json::canonical};
use uuid::Uuid;

use crate::{
    agent::AgentRef,
    content::{ContentForm, stamp, write_content},
    error::Error,
    object::Writer,
    status::Status,
};

/// The fields of a body that have a method, and therefore cannot be custom fields.
const FIELDS: [&str; 17] = [
    "agentId",
    "agentName",
    "promptId",
    "content",
    "messages",
    "status",
    "llmModel",
    "companyName",
    "idempotencyKey",
    "toolDefinitions",
    "metadata",
    "sessionId",
    "userId",
    "title",
    "traceId",
    "parentTraceId",
    "turnwise",
];

/// A conversation to create: whole, or the beginning of one that goes on.
///
/// Its idempotency key is made here, so however often and whenever it is sent, it is one conversation.
///
/// ```
/// use turnwise_client::{AgentRef, NewConversation, Status};
///
/// let conversation = turnwise::parse("User: hi").conversations.remove(0);
/// let new = NewConversation::new(AgentRef::name("Support Bot"), conversation, Status::Active).company_name("Acme Corp");
/// assert!(new.body().starts_with(r#"{"agentName":"Support Bot","content":"#));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NewConversation {
    agent: AgentRef,
    conversation: Conversation,
    status: Status,
    key: String,
    form: ContentForm,
    llm_model: Option<String>,
    company_name: Option<String>,
    session_id: Option<String>,
    user_id: Option<String>,
    title: Option<String>,
    trace_id: Option<String>,
    parent_trace_id: Option<String>,
    fields: Extra,
}

impl NewConversation {
    /// This conversation, for this agent. The status has no default: `completed` starts the analysis.
    pub fn new(agent: AgentRef, mut conversation: Conversation, status: Status) -> Self {
        let key = Uuid::now_v7().to_string();
        stamp(&mut conversation.messages, &key);
        let title = conversation.title.clone();
        Self {
            agent,
            conversation,
            status,
            key,
            title,
            form: ContentForm::default(),
            llm_model: None,
            company_name: None,
            session_id: None,
            user_id: None,
            trace_id: None,
            parent_trace_id: None,
            fields: Extra::default(),
        }
    }

    /// The same for messages that have no [`Conversation`] around them.
    pub fn of_messages(agent: AgentRef, messages: impl IntoIterator<Item = Message>, status: Status) -> Self {
        let messages = messages.into_iter().collect();
        Self::new(agent, Conversation { messages, ..Conversation::default() }, status)
    }

    /// How the messages are sent.
    pub fn form(mut self, form: ContentForm) -> Self {
        self.form = form;
        self
    }

    /// Another idempotency key than the one that was made, such as an id that the caller has for the conversation.
    ///
    /// The ids of the messages are made of it, so that the same conversation with the same key has the same body.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        stamp(&mut self.conversation.messages, &self.key);
        self
    }

    /// The model that answered.
    pub fn llm_model(mut self, model: impl Into<String>) -> Self {
        self.llm_model = Some(model.into());
        self
    }

    /// The customer's company.
    pub fn company_name(mut self, name: impl Into<String>) -> Self {
        self.company_name = Some(name.into());
        self
    }

    /// The caller's session.
    pub fn session_id(mut self, id: impl Into<String>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// The end user.
    pub fn user_id(mut self, id: impl Into<String>) -> Self {
        self.user_id = Some(id.into());
        self
    }

    /// The title; else it is that of the [`Conversation`].
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The trace that this conversation is.
    pub fn trace_id(mut self, id: impl Into<String>) -> Self {
        self.trace_id = Some(id.into());
        self
    }

    /// The trace that this one came from.
    pub fn parent_trace_id(mut self, id: impl Into<String>) -> Self {
        self.parent_trace_id = Some(id.into());
        self
    }

    /// A custom field, at the top level of the body.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] where the name is that of a field which has a method, or the value is none of JSON's.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Result<Self, Error> {
        if FIELDS.contains(&name) {
            return Err(Error::invalid(format!("`{name}` is a field of the API, not a custom one")));
        }
        let json = serde_json::to_string(&value).ok().and_then(RawJson::new);
        let json = json
            .ok_or_else(|| Error::invalid(format!("the custom field `{name}` cannot be written as JSON")))?;
        self.fields.push(name, json);
        Ok(self)
    }

    /// The key under which the server keeps it to one conversation.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The status that it gets.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The same for a conversation that exists: messages, status, session, metadata and tools; all else is said only
    /// when a conversation is created.
    pub fn to_append(&self) -> Append {
        let Conversation { messages, tools, metadata, .. } = self.conversation.clone();
        let status = Some(self.status.clone());
        Append { messages, status, session_id: self.session_id.clone(), metadata, tools }
    }

    /// The body of the request: JSON on one line. It can be kept, and sent later as it is.
    pub fn body(&self) -> String {
        let mut body = Writer::new();
        self.agent.write(&mut body);
        write_content(&self.conversation, self.form, &mut body);
        body.string("status", self.status.as_str());
        body.optional("llmModel", self.llm_model.as_deref());
        body.optional("companyName", self.company_name.as_deref());
        body.string("idempotencyKey", &self.key);
        write_tools(&self.conversation.tools, &mut body);
        body.group("metadata", &self.conversation.metadata);
        body.optional("sessionId", self.session_id.as_deref());
        body.optional("userId", self.user_id.as_deref());
        body.optional("title", self.title.as_deref());
        body.optional("traceId", self.trace_id.as_deref());
        body.optional("parentTraceId", self.parent_trace_id.as_deref());
        body.members(&self.fields);
        body.finish()
    }
}

/// More messages for a conversation that exists.
///
/// ```
/// use turnwise::{Message, Role};
/// use turnwise_client::{Append, Status};
///
/// let last = Append::new([Message::new(Role::Assistant, "Goodbye!")]).status(Status::Completed);
/// assert!(last.body().ends_with(r#""status":"completed"}"#));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    messages: Vec<Message>,
    status: Option<Status>,
    session_id: Option<String>,
    metadata: Extra,
    tools: Vec<Tool>,
}

impl Append {
    /// These messages. The API documents at least one.
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        let mut messages = messages.into_iter().collect::<Vec<_>>();
        stamp(&mut messages, &Uuid::now_v7().to_string());
        Self { messages, status: None, session_id: None, metadata: Extra::default(), tools: Vec::new() }
    }

    /// The status that the conversation has from now on; else it stays as it is.
    pub fn status(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }

    /// Whether it completes or abandons the conversation.
    pub fn closes(&self) -> bool {
        self.status.as_ref().is_some_and(|status| !status.is_open())
    }

    /// The caller's session.
    pub fn session_id(mut self, id: impl Into<String>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// What else is known of the conversation by now.
    pub fn metadata(mut self, metadata: Extra) -> Self {
        self.metadata = metadata;
        self
    }

    /// Definitions of tools that the assistant could call from now on.
    pub fn tools(mut self, tools: Vec<Tool>) -> Self {
        self.tools = tools;
        self
    }

    /// The body of the request: JSON on one line. It can be kept, and sent later as it is.
    pub fn body(&self) -> String {
        let mut body = Writer::new();
        body.json("messages", &canonical::messages_to_json(&self.messages));
        body.optional("status", self.status.as_ref().map(Status::as_str));
        body.optional("sessionId", self.session_id.as_deref());
        body.group("metadata", &self.metadata);
        write_tools(&self.tools, &mut body);
        body.finish()
    }
}

fn write_tools(tools: &[Tool], body: &mut Writer) {
    if !tools.is_empty() {
        body.json("toolDefinitions", &canonical::tools_to_json(tools));
    }
}
