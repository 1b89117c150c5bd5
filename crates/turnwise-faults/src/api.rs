//! The endpoints: what each takes, and what it answers.

use crate::{
    http::{Answer, Request},
    plan::{Envelope, ReadBack},
    route::{BASE, Route},
    store::{Agent, New, Store, Stored, messages_of},
};
use serde_json::{Map, Value, json};

/// How the plan wants answers to look.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) envelope: Envelope,
    pub(crate) read_back: ReadBack,
}

/// Whether the caller may call at all; the answer if not.
pub(crate) fn authorize(request: &Request, key: Option<&str>) -> Result<(), Answer> {
    let refuse = |message| Err(Answer::error(401, "UNAUTHORIZED", message));
    let given = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    match given {
        None | Some("") => refuse("Authorization header required"),
        Some(given) if key.is_some_and(|key| key != given) => refuse("Invalid API key"),
        Some(_) => Ok(()),
    }
}

/// The body as JSON, where the method has one.
pub(crate) fn body(request: &Request) -> Result<Value, Answer> {
    if request.method != "POST" {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&request.body).map_err(|error| bad(&format!("the body is no JSON: {error}")))
}

/// Does what a request asks, and answers it.
pub(crate) fn answer(
    store: &mut Store,
    route: &Route,
    request: &Request,
    body: Value,
    style: Style,
) -> Answer {
    match route {
        Route::Create => create(store, body, family(request), style),
        Route::Append(id) => append(store, id, &body, style),
        Route::List => list(store, request, style),
        Route::Get(id) => match store.get(id) {
            Some(stored) => wrapped(shown(stored, style.read_back), style),
            None => missing("conversation"),
        },
        Route::Insights(id) => match store.get(id) {
            Some(stored) => wrapped(insights(stored), style),
            None => missing("conversation"),
        },
        Route::Agents => {
            let agents = store.agents.iter().map(agent).collect();
            page(agents, request, style)
        }
        Route::Agent(id) => match store.agents.iter().find(|known| known.id == *id) {
            Some(found) => wrapped(agent(found), style),
            None => missing("agent"),
        },
    }
}

fn create(store: &mut Store, body: Value, family: &str, style: Style) -> Answer {
    let Some(fields) = body.as_object() else { return bad("the body is no object") };
    if fields.get("parentTraceId") == Some(&Value::Null) {
        return bad("parentTraceId must not be null");
    }
    let Some(messages) = messages_of(&body) else { return bad("content or messages is required") };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let agents = ["agentId", "promptId", "systemPromptId", "agentName", "promptName"];
    let apart = ["messages", "content", "status", "idempotencyKey"];
    let new = New {
        key: text("idempotencyKey"),
        agent: agents.into_iter().find_map(text),
        messages,
        status: text("status"),
        fields: fields
            .iter()
            .filter(|(name, _)| !apart.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        body: body.clone(),
    };
    let Some(stored) = store.create(new) else {
        return Answer::error(422, "IDEMPOTENCY_MISMATCH", "this key came with another body before");
    };
    let href = format!("{BASE}/{family}/{}/messages", stored.id);
    let made = json!({
        "id": stored.id,
        "agentId": stored.agent,
        "status": stored.status,
        "createdAt": stored.created,
        "_links": {"appendMessages": {
            "href": href,
            "method": "POST",
            "hint": "Send status \"completed\" with the last messages",
        }},
    });
    wrapped(made, style)
}

fn append(store: &mut Store, id: &str, body: &Value, style: Style) -> Answer {
    let Some(messages) = body.get("messages").and_then(Value::as_array).filter(|list| !list.is_empty())
    else {
        return bad("messages must have at least one message");
    };
    let status = body.get("status").and_then(Value::as_str).map(str::to_owned);
    match store.append(id, messages.clone(), status) {
        Some(stored) => wrapped(
            json!({"id": stored.id, "status": stored.status, "messageCount": stored.messages.len()}),
            style,
        ),
        None => missing("conversation"),
    }
}

fn list(store: &Store, request: &Request, style: Style) -> Answer {
    let (agent, status) = (request.query_value("agentId"), request.query_value("status"));
    let fits = |stored: &&Stored| {
        agent.is_none_or(|agent| stored.agent.as_deref() == Some(agent))
            && status.is_none_or(|status| stored.status == status)
    };
    let found =
        store.conversations.iter().filter(fits).map(|stored| shown(stored, style.read_back)).collect();
    page(found, request, style)
}

/// The part of `rows` that the query asks for.
fn page(rows: Vec<Value>, request: &Request, style: Style) -> Answer {
    let number = |name: &str, default: usize| match request.query_value(name) {
        Some(text) => text.parse().map_err(|_| bad(&format!("{name} is no number"))),
        None => Ok(default),
    };
    let (limit, offset) = match (number("limit", 20), number("offset", 0)) {
        (Ok(limit), Ok(offset)) => (limit.min(100), offset),
        (Err(answer), _) | (_, Err(answer)) => return answer,
    };
    let total = rows.len();
    let data: Vec<Value> = rows.into_iter().skip(offset).take(limit).collect();
    let mut answer = json!({"data": data, "pagination": {"total": total, "limit": limit, "offset": offset}});
    if style.envelope != Envelope::Flat
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("success".to_owned(), Value::Bool(true));
    }
    Answer::json(200, &answer)
}

/// A conversation as it is read back.
fn shown(stored: &Stored, read_back: ReadBack) -> Value {
    let Stored { id, agent, status, messages, fields, created, .. } = stored;
    let content = match read_back {
        ReadBack::Messages | ReadBack::Content => json!({"messages": messages}).to_string(),
        ReadBack::Text => messages.iter().map(labelled).collect::<Vec<_>>().join("\n"),
    };
    let mut shown = fields.clone();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("id", json!(id));
    put("agentId", json!(agent));
    put("status", json!(status));
    put("content", json!(content));
    put("createdAt", json!(created));
    put("hasInsights", json!(status == "completed"));
    if read_back == ReadBack::Messages {
        put("messages", json!(messages));
    }
    Value::Object(shown)
}

fn labelled(message: &Value) -> String {
    let text = |name| message.get(name).and_then(Value::as_str).unwrap_or_default();
    let label = if text("role") == "user" { "User" } else { "AI" };
    format!("{label}: {}", text("content"))
}

fn agent(agent: &Agent) -> Value {
    let Agent { id, name, conversations } = agent;
    json!({
        "id": id, "name": name, "content": "You are a helpful assistant", "status": "active", "isActive": true,
        "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z",
        "conversationCount": conversations,
    })
}

/// Skipped while the conversation is open, pending when first asked for, then ready.
fn insights(stored: &mut Stored) -> Value {
    let Stored { id, status, asked, created, .. } = stored;
    if status != "completed" {
        return json!({"conversationId": id, "status": "skipped", "reason": "the conversation is not completed"});
    }
    if !std::mem::replace(asked, true) {
        return json!({"conversationId": id, "status": "pending", "message": "insights are being made"});
    }
    json!({
        "id": format!("insights_{id}"), "conversationId": id, "title": "A conversation",
        "executiveSummary": "Somebody asked, and was answered.", "topIssues": [], "additionalConcerns": [],
        "nextSteps": [], "keywords": ["order"], "createdAt": created, "updatedAt": created,
        "metrics": {"gatedScore": 80, "qualityScore": {"value": 82.5, "benchmark": 75}, "objectiveMultiplier": 1},
    })
}

/// `fields` as the plan wants a successful answer wrapped.
fn wrapped(fields: Value, style: Style) -> Answer {
    let answer = match (style.envelope, fields) {
        (Envelope::Flat, fields) => fields,
        (Envelope::Data, fields) => json!({"success": true, "data": fields}),
        (Envelope::Both, fields) => {
            let mut both = fields.as_object().cloned().unwrap_or_else(Map::new);
            both.insert("success".to_owned(), Value::Bool(true));
            both.insert("data".to_owned(), fields);
            Value::Object(both)
        }
    };
    Answer::json(200, &answer)
}

/// The name of the family in the request's path.
fn family(request: &Request) -> &'static str {
    let runs = request.path.strip_prefix(BASE).is_some_and(|rest| rest.starts_with("/runs"));
    if runs { "runs" } else { "conversations" }
}

fn bad(message: &str) -> Answer {
    Answer::error(400, "INVALID_REQUEST", message)
}

fn missing(what: &str) -> Answer {
    Answer::error(404, "NOT_FOUND", &format!("no such {what}"))
}
