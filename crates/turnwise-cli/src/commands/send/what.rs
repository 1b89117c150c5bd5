//! What is sent: the options that describe it, and the conversations that are given them.

use crate::conversations::Found;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};
use turnwise::Conversation;
use turnwise_client::{AgentRef, Append, ContentForm, NewConversation, Status};

/// The words that the API documents.
const STATUSES: [&str; 4] = ["active", "in_progress", "completed", "abandoned"];

/// How conversations are sent.
#[derive(clap::Args)]
#[command(next_help_heading = "What is sent")]
#[group(skip)]
pub(crate) struct What {
    #[command(flatten)]
    whose: Whose,

    /// The status; by default that of the conversation if it is one of these, else `completed`
    ///
    /// `completed` starts the analysis, and is sent once for a conversation. With --conversation, the status stays as
    /// it is by default.
    #[arg(long, value_parser = STATUSES)]
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

/// Where it belongs.
#[derive(clap::Args)]
#[group(id = "whose", required = true, multiple = false)]
struct Whose {
    /// The agent by its name; the server makes one of a new name
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,

    /// The agent by its id
    #[arg(long, value_name = "ID")]
    agent_id: Option<String>,

    /// Add the messages to this conversation, in the place of making a new one; takes one conversation
    ///
    /// Calling it again adds them again: unlike a new conversation, an append has no key in the API.
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
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
    /// Nothing, for this reason.
    Faulty(&'static str),
}

/// Makes shipments, one conversation after the other.
pub(crate) struct Packer<'a> {
    what: &'a What,
    /// How often each content was met.
    seen: HashMap<[u8; 8], u32>,
}

impl What {
    /// The conversation to add to, where that is asked for.
    pub(crate) fn conversation(&self) -> Option<&str> {
        self.whose.conversation.as_deref()
    }

    /// Whether there is more of each conversation than is sent now.
    pub(crate) fn goes_on(&self) -> bool {
        let open = self.status.as_deref().is_some_and(|status| Status::from(status).is_open());
        self.conversation().is_some() || open
    }

    /// Makes shipments of conversations in the order of the input.
    pub(crate) fn packer(&self) -> Packer<'_> {
        Packer { what: self, seen: HashMap::new() }
    }

    fn new_conversation(
        &self,
        conversation: Conversation,
    ) -> Result<NewConversation, turnwise_client::Error> {
        let agent = match (&self.whose.agent, &self.whose.agent_id) {
            (Some(name), _) => AgentRef::name(name),
            (None, id) => AgentRef::id(id.clone().unwrap_or_default()),
        };
        let status = self.status(&conversation).unwrap_or(Status::Completed);
        let mut new = NewConversation::new(agent, conversation, status);
        if self.text {
            new = new.form(ContentForm::Text);
        }
        for (value, set) in [
            (&self.model, NewConversation::llm_model as fn(_, String) -> _),
            (&self.company, NewConversation::company_name),
            (&self.session, NewConversation::session_id),
            (&self.user, NewConversation::user_id),
            (&self.title, NewConversation::title),
        ] {
            if let Some(value) = value {
                new = set(new, value.clone());
            }
        }
        self.fields.iter().try_fold(new, |new, (name, value)| new.field(name, value))
    }

    fn append(&self, conversation: Conversation) -> Append {
        let status = self.status(&conversation);
        let mut append =
            Append::new(conversation.messages).metadata(conversation.metadata).tools(conversation.tools);
        if let Some(status) = status {
            append = append.status(status);
        }
        match &self.session {
            Some(session) => append.session_id(session),
            None => append,
        }
    }

    fn status(&self, conversation: &Conversation) -> Option<Status> {
        // Formats have words of their own, such as `incomplete` for an answer that was cut off.
        let own = conversation.status.as_ref().filter(|status| STATUSES.contains(&status.as_str()));
        self.status.as_ref().or(own).map(|status| Status::from(status.as_str()))
    }
}

impl Packer<'_> {
    /// What is to be sent of what was found.
    ///
    /// # Errors
    ///
    /// An option cannot be sent.
    pub(crate) fn pack(&mut self, found: Found) -> Result<Shipment, turnwise_client::Error> {
        let Some(conversation) = found.conversation else {
            return Ok(Shipment::Faulty("there are no messages"));
        };
        if found.faulty && !self.what.no_check {
            return Ok(Shipment::Faulty("an error was found; --no-check sends it all the same"));
        }
        if self.what.conversation().is_some() {
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
        // Two that begin alike are counted as one content, which changes the number and no promise.
        let before = self.seen.entry(*digest.first_chunk().unwrap_or(&[0; 8])).or_insert(0);
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
    // Fields of the API have options of their own, and the client knows which they are.
    let any = NewConversation::new(AgentRef::id(""), Conversation::default(), Status::Active);
    any.field(name, &value).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value))
}
