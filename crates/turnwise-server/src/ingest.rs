//! A request body becomes a conversation. Nothing here is kept: a stored body is read again whenever it is shown.

mod take;

use crate::{
    error::ApiError,
    fields::Fields,
    store::{AgentRef, Change},
};
use serde_json::value::RawValue;
use take::Take;
use turnwise::{Conversation, Diagnostic, Message, Parsed, Parser, Role, check};

/// What a body says.
pub(crate) struct Reading {
    /// The agent that is meant.
    pub(crate) agent: AgentRef,
    /// Status that is asked for.
    pub(crate) status: Option<String>,
    /// Key that makes a repetition harmless.
    pub(crate) idempotency_key: Option<String>,
    /// What is said beside the messages.
    pub(crate) fields: Fields,
    /// The messages.
    pub(crate) source: Source,
}

/// The text that the messages stand in, and what was read from it.
pub(crate) struct Source {
    /// Where in the body it was.
    pub(crate) origin: Origin,
    /// The text; spans of `conversation` and `findings` count its bytes.
    pub(crate) text: String,
    /// What was read.
    pub(crate) conversation: Conversation,
    /// What is doubtful about the text. What is doubtful about a conversation as a whole is not among it.
    pub(crate) findings: Vec<Diagnostic>,
}

impl Source {
    /// A body that was accepted by rules that no longer hold: it is shown as it is.
    pub(crate) fn unread(body: &str) -> Self {
        let conversation = Conversation { preamble: Some(body.to_owned()), ..Conversation::default() };
        Self { origin: Origin::Content, text: body.to_owned(), conversation, findings: Vec::new() }
    }
}

/// The field that messages were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `messages`, which is preferred where both are there.
    Messages,
    /// `content`: labelled text, or JSON in a string.
    Content,
}

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To create a conversation.
    Create,
    /// To append to one; there must be `messages`.
    Append,
}

/// Reads a body; says what is wrong with it in words for its author.
pub(crate) fn read(body: &str, purpose: Purpose) -> Result<Reading, ApiError> {
    let mut take = Take::new(body)?;
    let agent = AgentRef {
        id: take.word(&[
            "agentId",
            "agent_id",
            "promptId",
            "prompt_id",
            "systemPromptId",
            "system_prompt_id",
        ])?,
        name: take.word(&["agentName", "agent_name", "promptName", "prompt_name"])?,
    };
    let status = take.status()?;
    let idempotency_key = take.word(&["idempotencyKey", "idempotency_key"])?;
    let content = take.string(&["content"])?;
    let messages = take.list(&["messages"])?;
    let tools = take.list(&["toolDefinitions", "tool_definitions"])?;
    take.present("parentTraceId", "parent_trace_id")?;
    let mut fields = Fields {
        title: take.string(&["title"])?,
        llm_model: take.string(&["llmModel", "llm_model"])?,
        company_name: take.string(&["companyName", "company_name"])?,
        session_id: take.string(&["sessionId", "session_id"])?,
        user_id: take.string(&["userId", "user_id"])?,
        trace_id: take.string(&["traceId", "trace_id"])?,
        parent_trace_id: take.string(&["parentTraceId", "parent_trace_id"])?,
        metadata: take.object(&["metadata"])?,
        custom_fields: take.rest(),
    };
    let content = content.filter(|_| purpose == Purpose::Create);
    let source = source(messages, content, tools)?;
    // What JSON in a string says of itself counts where the body says nothing.
    fields.title = fields.title.or(source.conversation.title.clone());
    for (name, value) in &source.conversation.metadata.0 {
        if let Ok(value) = RawValue::from_string(value.as_str().to_owned()) {
            fields.metadata.entry(name.clone()).or_insert(value);
        }
    }
    Ok(Reading { agent, status, idempotency_key, fields, source })
}

/// Reads the messages from wherever they are.
fn source(
    messages: Option<Box<RawValue>>,
    content: Option<String>,
    tools: Option<Box<RawValue>>,
) -> Result<Source, ApiError> {
    let count = messages.as_deref().map(take::messages).transpose()?;
    let (origin, text) = match (messages, content) {
        (Some(messages), content) if count != Some(0) || content.as_deref().is_none_or(blank) => {
            let tools = tools.map(|tools| format!(",\"toolDefinitions\":{tools}")).unwrap_or_default();
            (Origin::Messages, format!("{{\"messages\":{messages}{tools}}}"))
        }
        (_, Some(content)) => (Origin::Content, content),
        (_, None) => return Err(ApiError::Invalid("`messages` is missing".to_owned())),
    };
    if count.unwrap_or_default() == 0 && (origin == Origin::Messages || blank(&text)) {
        return Err(ApiError::Invalid(
            "there is no message: `messages` or `content` should hold one".to_owned(),
        ));
    }
    let Parsed { conversations, mut diagnostics, .. } = Parser::new().parse(&text);
    let conversation = joined(conversations);
    if origin == Origin::Messages && conversation.messages.is_empty() {
        let words = "`messages` holds no message: each should be an object with `role` and `content`";
        return Err(ApiError::Invalid(words.to_owned()));
    }
    // Rules for whole conversations are of use for the whole only.
    let of_the_whole = check(&conversation);
    let same = |one: &Diagnostic, other: &Diagnostic| one.code == other.code && one.span == other.span;
    diagnostics.retain(|finding| !of_the_whole.iter().any(|other| same(finding, other)));
    Ok(Source { origin, text, conversation, findings: diagnostics })
}

/// Whether a text is nothing but blanks, as the OpenAPI document has it.
fn blank(text: &str) -> bool {
    text.trim_matches([' ', '\t', '\r', '\n']).is_empty()
}

/// One conversation of several that stood in one text.
fn joined(conversations: Vec<Conversation>) -> Conversation {
    let mut all = conversations.into_iter();
    let mut joined = all.next().unwrap_or_default();
    for mut more in all {
        joined.messages.append(&mut more.messages);
        joined.tools.append(&mut more.tools);
    }
    joined
}

fn instructs(message: &Message) -> bool {
    matches!(message.role, Some(Role::System | Role::Developer))
}

/// Characters of the opening that are kept.
const OPENING: usize = 200;

impl Reading {
    /// What the body adds to a conversation; `body` is the JSON as it was received.
    pub(crate) fn change(self, body: String, now: i64) -> Change {
        let Self { status, fields, source: Source { conversation, .. }, .. } = self;
        let texts = || conversation.messages.iter().map(|message| message.text());
        // What people said tells conversations apart; a prompt is the same in all of them.
        let said = conversation.messages.iter().filter(|message| !instructs(message)).map(Message::text);
        let opening = said.chain(texts()).find(|text| !blank(text));
        let opening = opening.or(conversation.preamble.as_deref().map(Into::into));
        let opening = opening.unwrap_or_default().trim_start().chars().take(OPENING).collect();
        let mut words = fields.title.clone().unwrap_or_default();
        for text in texts() {
            words.push('\n');
            words.push_str(&text);
        }
        words.push_str(conversation.preamble.as_deref().unwrap_or_default());
        let messages = conversation.messages.len() as u64;
        Change { body, status, fields, messages, words: words.to_lowercase(), opening, now }
    }

    /// The system prompt that the messages begin with.
    pub(crate) fn prompt(&self) -> Option<String> {
        let first = self.source.conversation.messages.first()?;
        let text = first.text();
        (instructs(first) && !blank(&text)).then(|| text.into_owned())
    }
}
