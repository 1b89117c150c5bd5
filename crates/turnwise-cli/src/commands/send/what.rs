//! What is sent: the options that describe it, and the conversations that are given them.

use crate::conversations::Found;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};
use turnwise::Conversation;
use turnwise_client::{AgentRef, Append, ContentForm, NewConversation, Status};

/// How conversations are sent.
#[derive(clap::Args)]
#[command(next_help_heading = "What is sent")]
pub(crate) struct What {
    /// The agent by its name; the server makes one of a new name
    #[arg(long, value_name = "NAME", conflicts_with = "agent_id")]
    agent: Option<String>,

    /// The agent by its id
    #[arg(long, value_name = "ID", required_unless_present_any = ["agent", "conversation"])]
    agent_id: Option<String>,

    /// Add the messages to this conversation, in the place of making a new one; takes one conversation
    #[arg(long, value_name = "ID", conflicts_with_all = ["agent", "agent_id"])]
    pub(crate) conversation: Option<String>,

    /// The status; by default that of the conversation, else `completed`, or for --conversation none
    ///
    /// `completed` starts the analysis, and is sent once for a conversation.
    #[arg(long, value_parser = ["active", "in_progress", "completed", "abandoned"])]
    status: Option<String>,

    /// The model that answered
    #[arg(long, value_name = "NAME", conflicts_with = "conversation")]
    model: Option<String>,

    /// The customer's company
    #[arg(long, value_name = "NAME", conflicts_with = "conversation")]
    company: Option<String>,

    /// The session
    #[arg(long, value_name = "ID")]
    session: Option<String>,

    /// The end user
    #[arg(long, value_name = "ID", conflicts_with = "conversation")]
    user: Option<String>,

    /// The title; by default that of the conversation
    #[arg(long, value_name = "TEXT", conflicts_with = "conversation")]
    title: Option<String>,

    /// A field of your own: `team=blue` is a string, `priority:=2` is JSON (repeatable)
    #[arg(long = "field", value_name = "NAME=TEXT|NAME:=JSON", value_parser = field, conflicts_with = "conversation")]
    fields: Vec<(String, Box<RawValue>)>,

    /// Send the content as labelled text; by default it is structured, which loses nothing
    #[arg(long, conflicts_with = "conversation")]
    text: bool,

    /// How the server tells a repetition from a new conversation
    #[arg(long, value_name = "HOW", default_value = "random", conflicts_with = "conversation")]
    idempotency: Idempotency,

    /// Send conversations in which an error was found, too
    #[arg(long)]
    no_check: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Idempotency {
    /// Every call of the command sends new conversations
    Random,
    /// The same conversation, sent again with the same options, is the same: a call that was cut off can be repeated
    Content,
}

/// What one place of the input gives to send.
pub(crate) enum Shipment {
    /// A conversation to make.
    New(Box<NewConversation>),
    /// Messages for one that exists.
    More(Box<Append>),
    /// Nothing: there is no conversation, or there are errors in it.
    Faulty,
}

/// Makes shipments, one conversation after the other.
pub(crate) struct Packer<'a> {
    what: &'a What,
    /// How often each content was met.
    seen: HashMap<[u8; 32], u64>,
}

impl What {
    /// Makes shipments of conversations in the order of the input.
    pub(crate) fn packer(&self) -> Packer<'_> {
        Packer { what: self, seen: HashMap::new() }
    }

    fn new_conversation(&self, conversation: Conversation) -> Result<NewConversation, turnwise_client::Error> {
        let agent = match (&self.agent, &self.agent_id) {
            (Some(name), _) => AgentRef::name(name),
            (None, id) => AgentRef::id(id.clone().unwrap_or_default()),
        };
        let status = self.status(&conversation).unwrap_or(Status::Completed);
        let mut new = NewConversation::new(agent, conversation, status);
        if self.text {
            new = new.form(ContentForm::Text);
        }
        let set: [(&Option<String>, fn(NewConversation, String) -> NewConversation); 5] = [
            (&self.model, NewConversation::llm_model),
            (&self.company, NewConversation::company_name),
            (&self.session, NewConversation::session_id),
            (&self.user, NewConversation::user_id),
            (&self.title, NewConversation::title),
        ];
        for (value, set) in set {
            if let Some(value) = value {
                new = set(new, value.clone());
            }
        }
        self.fields.iter().try_fold(new, |new, (name, value)| new.field(name, value))
    }

    fn append(&self, conversation: Conversation) -> Append {
        let status = self.status(&conversation);
        let mut append = Append::new(conversation.messages).metadata(conversation.metadata).tools(conversation.tools);
        if let Some(status) = status {
            append = append.status(status);
        }
        match &self.session {
            Some(session) => append.session_id(session),
            None => append,
        }
    }

    fn status(&self, conversation: &Conversation) -> Option<Status> {
        self.status.as_ref().or(conversation.status.as_ref()).map(|status| Status::from(status.as_str()))
    }
}

impl Packer<'_> {
    /// What is to be sent of what was found.
    ///
    /// # Errors
    ///
    /// An option cannot be sent.
    pub(crate) fn pack(&mut self, found: Found) -> Result<Shipment, turnwise_client::Error> {
        let Some(conversation) = found.conversation.filter(|_| !found.faulty || self.what.no_check) else {
            return Ok(Shipment::Faulty);
        };
        if self.what.conversation.is_some() {
            return Ok(Shipment::More(self.what.append(conversation).into()));
        }
        let mut new = self.what.new_conversation(conversation)?;
        if self.what.idempotency == Idempotency::Content {
            new = self.keyed(new);
        }
        Ok(Shipment::New(new.into()))
    }

    /// Gives it a key that is made of its content, and of how many with the same content were before it.
    fn keyed(&mut self, new: NewConversation) -> NewConversation {
        let new = new.idempotency_key("");
        let digest: [u8; 32] = Sha256::digest(new.body()).into();
        let before = self.seen.entry(digest).or_insert(0);
        *before = before.saturating_add(1);
        let mut key = String::new();
        for byte in digest {
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        new.idempotency_key(format!("{key}-{before}"))
    }
}

/// Reads `team=blue` and `priority:=2`.
fn field(text: &str) -> Result<(String, Box<RawValue>), String> {
    let (name, value) =
        text.split_once('=').ok_or("write it as NAME=TEXT or NAME:=JSON, such as team=blue")?;
    let (name, value) = match name.strip_suffix(':') {
        Some(name) => (name, serde_json::from_str(value)),
        None => (name, to_raw_value(value)),
    };
    let value = value.map_err(|error| format!("what stands after `:=` is no JSON: {error}"))?;
    if name.is_empty() {
        return Err("the name before `=` is empty".to_owned());
    }
    Ok((name.to_owned(), value))
}
