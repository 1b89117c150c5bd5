//! The playground: paste a transcript, see what becomes of it. Nothing is stored.

mod result;

use axum::{
    Form, Router,
    body::HttpBody,
    extract::{
        DefaultBodyLimit, Query, Request, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use tokio::time::timeout;
use turnwise::{FORMATS, Format, Parser, Role};

use super::{
    layout::{Place, page},
    problem::{failed, problem},
    reading::Reading,
    when,
};
use crate::{error::ApiError, state::App};
use result::result;

/// Bytes of a transcript that the playground reads.
const BYTES: usize = 1024 * 1024;
/// Bytes of a form: a byte of text takes up to three there.
const FORM_BYTES: usize = 4 * BYTES;
/// Labels that may be named.
const LABELS: usize = 50;

/// Transcripts to begin with: name, words, text.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("pasted", "A pasted chat within a chat", include_str!("examples/pasted.txt")),
    ("doubt", "Boundaries in doubt", include_str!("examples/doubt.txt")),
    ("captions", "Captions of a call", include_str!("examples/captions.txt")),
    ("tools", "JSON with a tool call", include_str!("examples/tools.json")),
];

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Input {
    text: String,
    format: String,
    labels: String,
}

#[derive(Debug, Deserialize)]
struct Start {
    example: Option<String>,
}

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/playground", get(start).post(whole))
        .route("/playground/reading", post(fragment))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(app.clone(), bounded))
}

/// Takes a share of the memory for bodies, and lets no form take forever to arrive.
async fn bounded(State(app): State<App>, request: Request, next: Next) -> Response {
    // What says that it is too large is refused unread.
    if request.body().size_hint().lower() > FORM_BYTES as u64 {
        return too_large();
    }
    let share = match app.bodies.take(FORM_BYTES) {
        Ok(share) => share,
        Err(error) => return failed(&error),
    };
    let answer = timeout(app.options.limits.body_timeout, next.run(request)).await;
    drop(share);
    answer.unwrap_or_else(|_| failed(&ApiError::Timeout))
}

async fn start(State(app): State<App>, start: Result<Query<Start>, QueryRejection>) -> Response {
    let name = start.ok().and_then(|Query(start)| start.example);
    let example = EXAMPLES.iter().find(|(example, ..)| Some(*example) == name.as_deref());
    let text = example.map_or("", |(.., text)| text).to_owned();
    show(&app, Input { text, ..Input::default() }, true).await
}

/// The whole page, for browsers that run no script.
async fn whole(State(app): State<App>, form: Result<Form<Input>, FormRejection>) -> Response {
    match form {
        Ok(Form(input)) => show(&app, input, true).await,
        Err(rejection) => refused(&rejection),
    }
}

/// The result alone, which the script puts into the page.
async fn fragment(State(app): State<App>, form: Result<Form<Input>, FormRejection>) -> Response {
    match form {
        Ok(Form(input)) => show(&app, input, false).await,
        Err(rejection) => refused(&rejection),
    }
}

fn refused(rejection: &FormRejection) -> Response {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        status => {
            problem(status, "This form cannot be read", "Send the fields `text`, `format` and `labels`.")
        }
    }
}

fn too_large() -> Response {
    let words = format!(
        "The playground reads up to {}. The command reads more: turnwise check FILE.",
        when::size(BYTES as u64)
    );
    problem(StatusCode::PAYLOAD_TOO_LARGE, "This is too large for the playground", &words)
}

async fn show(app: &App, mut input: Input, whole: bool) -> Response {
    // Browsers send every line end of a form as CR LF.
    input.text = input.text.replace("\r\n", "\n");
    if input.text.len() > BYTES {
        return too_large();
    }
    let work = move || {
        let result = read(&input);
        if whole { page("Playground", Place::Playground, &form(&input, &result)) } else { result }
    };
    app.work(work).await.map_or_else(|error| failed(&error), IntoResponse::into_response)
}

fn form(input: &Input, result: &Markup) -> Markup {
    html! {
        h1 { "Playground" }
        p.lead {
            "Paste any chat transcript or chat JSON, and see which lines become which message. "
            "Nothing is stored, and nothing leaves this server."
        }
        form.playground action="/playground" method="post" data-live="/playground/reading" {
            p.examples {
                "Try: "
                @for (index, (name, words, _)) in EXAMPLES.iter().enumerate() {
                    @if index > 0 { ", " }
                    a href={ "/playground?example=" (name) } { (words) }
                }
            }
            label for="text" { "Transcript" }
            // A line end right after the tag would not count, so there is one more than the text has.
            textarea id="text" name="text" rows="12" spellcheck="false" autocomplete="off" autocapitalize="off"
                placeholder="User: Where is my order?\nAgent: On its way." data-search { "\n" (input.text) }
            details.options open[!input.format.is_empty() || !input.labels.is_empty()] {
                summary { "Options" }
                p {
                    label for="format" { "Format" }
                    select id="format" name="format" {
                        option value="" { "found out from the text" }
                        @for row in FORMATS {
                            option value=(row.name) selected[row.name == input.format] { (row.name) }
                        }
                    }
                }
                p {
                    label for="labels" { "Speakers" }
                    input id="labels" name="labels" value=(input.labels) autocomplete="off"
                        placeholder="Patient=user, Dr. Wu=assistant" aria-describedby="labels-help";
                    span.hint id="labels-help" { "Names and their roles, where no table lists them." }
                }
            }
            p { button type="submit" { "Read" } " " span.hint role="status" id="status" {} }
        }
        section id="result" aria-label="What was read" { (result) }
    }
}

fn read(input: &Input) -> Markup {
    if input.text.trim().is_empty() {
        return html! { p.empty { "What you paste above is shown here: its messages, and what is doubtful about them." } };
    }
    result(&Reading::new(&parser(input), &input.text))
}

fn parser(input: &Input) -> Parser {
    let parser =
        Format::from_name(&input.format).map_or_else(Parser::new, |format| Parser::new().format(format));
    let pairs = input.labels.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .take(LABELS)
        .fold(parser, |parser, (label, role)| parser.label(label.trim(), Role::from_name(role.trim())))
}
