//! Conversations as the server has them.

use chrono::{DateTime, FixedOffset};
use turnwise::{Conversation, Parser};

use crate::{
    content::unstamp,
    link::Link,
    object::{Object, Writer},
    status::Status,
};

/// What the server says of a conversation that it has just made.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Created {
    /// The id of the conversation.
    pub id: String,
    /// Its status, where the server says so.
    pub status: Option<Status>,
    /// When it was made.
    pub created_at: Option<DateTime<FixedOffset>>,
    /// Where its appends go.
    pub append: Option<Link>,
}

impl Created {
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let object = Object::parse(raw)?;
        Some(Self {
            id: id(&object)?,
            status: object.string("status").map(Status::from),
            created_at: object.time("createdAt"),
            append: append_link(&object),
        })
    }
}

/// A conversation as the server has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// The id of its agent, under its old name (`promptId`) too.
    pub agent_id: Option<String>,
    /// Its status.
    pub status: Option<Status>,
    /// Its title.
    pub title: Option<String>,
    /// The model that answered.
    pub llm_model: Option<String>,
    /// The customer's company.
    pub company_name: Option<String>,
    /// Whether it was analysed.
    pub has_insights: Option<bool>,
    /// When it was made.
    pub created_at: Option<DateTime<FixedOffset>>,
    /// The transcript: labelled text, or JSON.
    pub content: Option<String>,
    /// The messages as the server wrote them, where it has them apart: a JSON array.
    pub messages: Option<String>,
    /// Where its appends go.
    pub append: Option<Link>,
    /// The object as the server wrote it, fields that have no place here included.
    pub raw: String,
}

impl Stored {
    pub(crate) fn read(raw: &str) -> Option<Self> {
        let object = Object::parse(raw)?;
        let messages = object.get("messages").filter(|json| json.starts_with('['));
        Some(Self {
            id: id(&object)?,
            agent_id: object.id("agentId").or_else(|| object.id("promptId")),
            status: object.string("status").map(Status::from),
            title: object.string("title"),
            llm_model: object.string("llmModel"),
            company_name: object.string("companyName"),
            has_insights: object.read("hasInsights"),
            created_at: object.time("createdAt"),
            content: object.string("content"),
            messages: messages.map(str::to_owned),
            append: append_link(&object),
            raw: raw.into(),
        })
    }

    /// The conversation, read from `messages`, else from `content`, which may be in any format.
    ///
    /// The ids that this client gave to messages are taken out again; `raw` has them.
    pub fn conversation(&self) -> Option<Conversation> {
        let apart = self.messages.as_deref().filter(|json| *json != "[]").map(|messages| {
            let mut object = Writer::new();
            object.json("messages", messages);
            object.finish()
        });
        let source = apart.as_deref().or(self.content.as_deref())?;
        let mut conversation = Parser::new().parse(source).conversations.into_iter().next()?;
        unstamp(&mut conversation.messages);
        Some(conversation)
    }
}

fn id(object: &Object) -> Option<String> {
    object.id("id").or_else(|| object.id("_id"))
}

fn append_link(object: &Object) -> Option<Link> {
    object.object("_links")?.object("appendMessages")?.string("href").map(Link::new)
}
