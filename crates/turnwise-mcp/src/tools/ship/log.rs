//! Logging a conversation: what is asked for, whether it can be done, and doing it once.

use super::about::About;
use crate::{
    answer::{Count, Findings, ship::Logged},
    input::{How, Messages, StatusWord, Transcript},
    loggable::loggable,
    problem::Problem,
    server::Server,
    unsettled::UnderWay,
};
use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use std::collections::BTreeMap;
use turnwise::{Code, Conversation};
use turnwise_client::{AgentRef, Error, Outcome, Status, Target, asynchronous::Client, call::AppendCall};

/// Arguments of `log_conversation`.
#[derive(Debug, Hash, Deserialize, JsonSchema)]
pub(crate) struct Log {
    /// The conversation as the user pasted it, unabridged, in any format. Either this or `messages`.
    #[serde(default)]
    #[schemars(with = "Transcript")]
    transcript: Option<Transcript>,
    /// The messages, where you have them apart. Either this or `transcript`.
    #[serde(default)]
    #[schemars(with = "Messages")]
    messages: Option<Messages>,
    #[serde(flatten)]
    how: How,
    /// The agent's name, such as `Support Bot`; one that the server does not know is made. A new conversation needs
    /// this or `agent_id`.
    agent: Option<String>,
    /// The agent's id, such as `agent_123`.
    agent_id: Option<String>,
    /// Append to this conversation, by the id that an earlier call gave. Leave it out to log a new one.
    conversation_id: Option<String>,
    /// `completed`: it ended, which starts the analysis; say it once, with the last messages. `abandoned`: the user left
    /// without an answer. `active`: it goes on. A new conversation is `completed` unless told otherwise; appending
    /// changes nothing unless told.
    #[serde(default)]
    #[schemars(with = "StatusWord")]
    status: Option<StatusWord>,
    #[serde(flatten)]
    about: About,
    /// Log what could be read even though something could not.
    #[serde(default)]
    despite_errors: bool,
}

impl Server {
    /// Reads, judges and sends what a call brought.
    pub(crate) async fn log(&self, log: Log) -> Result<Logged, Problem> {
        let client = self.client()?;
        let call = self.unsettled().begin(&log).ok_or(Problem::UnderWay)?;
        let Log {
            transcript,
            messages,
            how,
            agent,
            agent_id,
            conversation_id,
            status,
            about,
            despite_errors,
        } = log;
        let source = source(transcript, messages)?;
        let place = match conversation_id {
            Some(id) => Place::Conversation(Target::new(id)),
            None => Place::Agent(agent_ref(agent, agent_id)?),
        };
        let most = self.limits().findings;
        let whole = matches!(place, Place::Agent(_)) && !status.is_some_and(StatusWord::is_open);
        let read = self.parse(source, how, move |source, mut parsed| {
            if !whole {
                parsed.diagnostics.retain(|found| !OF_WHOLE_ONES.contains(&found.code));
            }
            let findings = Findings::of(source, &parsed.diagnostics, parsed.omitted, most);
            loggable(parsed, despite_errors).map(|conversation| (conversation, findings))
        });
        let (mut conversation, findings) = read.await??;
        let said = conversation.status.take().map(Status::from);
        let status = status.map(Status::from);
        let (messages, roles) = (Count(conversation.messages.len()), roles(&conversation));
        let (body, target, status, note) = match place {
            Place::Agent(agent) => {
                let status = status.or(said).unwrap_or(Status::Completed);
                (about.create(agent, conversation, status.clone()).body(), None, Some(status), None)
            }
            Place::Conversation(target) => {
                let note = about.left_out();
                (about.append(conversation, status.clone()).body(), Some(target), status, note)
            }
        };
        let created = target.is_none();
        let sent = send(client, &call, target, body).await.map_err(Problem::Logging)?;
        let status = sent.status.or(status).map(|status| status.to_string());
        Ok(Logged { conversation_id: sent.id, created, status, messages, roles, findings, note })
    }
}

/// Creates, or appends to `target`. What the same call sent before, and is not settled, is sent instead of `body`.
async fn send(
    client: &Client,
    call: &UnderWay<'_>,
    target: Option<Target>,
    body: String,
) -> Result<Sent, Error> {
    let earlier = call.earlier();
    let again = earlier.is_some();
    let body = earlier.unwrap_or(body);
    call.keep(&body);
    let sent = match target {
        None => client.create_from(&body).await.map(|new| Sent { id: new.id, status: new.status }),
        Some(target) => {
            append(client, &target, body, again).await.map(|()| Sent { id: target.id, status: None })
        }
    };
    if sent.as_ref().err().is_none_or(|error| error.outcome() == Outcome::NotApplied) {
        call.settle();
    }
    sent
}

/// What is to be expected of a part of a conversation.
const OF_WHOLE_ONES: [Code; 2] = [Code::NoQuestion, Code::NoAnswer];

/// Where messages go.
enum Place {
    Agent(AgentRef),
    Conversation(Target),
}

/// What is known once they are there.
struct Sent {
    id: String,
    status: Option<Status>,
}

/// Appends; what may have been sent before is looked for first.
async fn append(client: &Client, target: &Target, body: String, again: bool) -> Result<(), Error> {
    if again {
        let cause = Error::Lost("an earlier call did not learn what came of it".into());
        client.run(AppendCall::resume(client.core(), target, body, cause)?).await
    } else {
        client.append_from(target, &body).await
    }
}

fn source(transcript: Option<Transcript>, messages: Option<Messages>) -> Result<Transcript, Problem> {
    match (transcript, messages) {
        (Some(transcript), None) => Ok(transcript),
        (None, Some(messages)) => Ok(messages.into()),
        (None, None) => {
            Err(Problem::Arguments("there is nothing to log", "Pass `transcript` or `messages`."))
        }
        (Some(_), Some(_)) => Err(Problem::Arguments(
            "both `transcript` and `messages` were given",
            "Pass the one that is nearer to what the user gave.",
        )),
    }
}

fn agent_ref(name: Option<String>, id: Option<String>) -> Result<AgentRef, Problem> {
    match (name, id) {
        (Some(name), None) => Ok(AgentRef::name(name)),
        (None, Some(id)) => Ok(AgentRef::id(id)),
        (None, None) => Err(Problem::Arguments(
            "a new conversation needs an agent",
            "Pass `agent` (a name) or `agent_id`; ask the user which agent it was if that is not plain. To append to a \
             conversation, pass `conversation_id`.",
        )),
        (Some(_), Some(_)) => {
            Err(Problem::Arguments("both `agent` and `agent_id` were given", "Pass one of them."))
        }
    }
}

fn roles(conversation: &Conversation) -> BTreeMap<String, Count> {
    let mut roles = BTreeMap::<String, Count>::new();
    for role in conversation.messages.iter().filter_map(|message| message.role.as_ref()) {
        let Count(count) = roles.entry(role.as_str().to_owned()).or_default();
        *count = count.saturating_add(1);
    }
    roles
}
