//! The server: where it is, how it is reached, and what to say when it is not.

use crate::{
    exit::{Exit, Failure},
    output::say,
};
use std::io;
use turnwise_client::{Config, Error, blocking::Client};

/// The variables that the settings come from.
pub(crate) const KEY: &str = "CONVERRA_API_KEY";
const ADDRESS: &str = "CONVERRA_BASE_URL";

/// Words about both variables, for the help of commands that call the server.
pub(crate) const ENVIRONMENT: &str = "\
Environment:
  CONVERRA_API_KEY    the key (needed); it is never taken from the command line
  CONVERRA_BASE_URL   the address of the API, if it is not https://converra.ai/api/v1";

/// The exit codes of commands that only ask the server.
pub(crate) const EXITS: &str = "\
Exit codes:
  0  success
  2  wrong usage, or the server could not be reached
  4  the server refused: no such conversation, or not with this key";

/// The settings, from the environment.
pub(crate) fn config() -> Result<Config, Failure> {
    if variable(KEY).is_none() {
        return Err(Failure::reading(KEY, io::Error::other("not set; it must hold your API key")));
    }
    Config::from_env().map_err(settings)
}

/// A client with the settings of the environment, a little more patient than a program that has other work.
pub(crate) fn client() -> Result<Client, Failure> {
    let mut config = config()?;
    config.retry.attempts = 5;
    // A list of long conversations is long.
    config.max_response = 64 << 20;
    Client::new(config).map_err(settings)
}

/// The address of the API, without a slash at its end.
pub(crate) fn address() -> String {
    let address = variable(ADDRESS).unwrap_or_else(|| Config::new("").base_url);
    address.trim_end_matches('/').to_owned()
}

/// Whether there is a key.
pub(crate) fn has_key() -> bool {
    variable(KEY).is_some()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn settings(error: Error) -> Failure {
    Failure::reading("settings", io::Error::other(error.to_string()))
}

/// Whether the server has decided, so that trying again later gives the same.
pub(crate) fn is_refused(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthorized(_) | Error::NotFound(_) | Error::Refused(_) | Error::Redirected { .. }
    )
}

/// Says what went wrong with a call, and gives the exit code for it.
pub(crate) fn tell(error: &Error) -> Exit {
    say(&format!("turnwise: {}", words(error)));
    if is_refused(error) { Exit::Refused } else { Exit::Failure }
}

/// What went wrong, and what to look at where that is known.
pub(crate) fn words(error: &Error) -> String {
    match error {
        Error::Unauthorized(_) => format!("{error}; see {KEY}"),
        Error::InvalidResponse { .. } => format!("{error}; is this the API? see {ADDRESS}"),
        Error::Connect(_) | Error::Lost(_) | Error::Timeout { .. } | Error::Redirected { .. } => {
            format!("{}: {error}", address())
        }
        _ => error.to_string(),
    }
}

/// The same where nothing is found at the address at all.
pub(crate) fn words_for_all(error: &Error) -> String {
    match error {
        Error::NotFound(_) => format!("{}: {error}; see {ADDRESS}", address()),
        _ => words(error),
    }
}
