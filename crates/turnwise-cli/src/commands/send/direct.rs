//! Sending straight to the server, and showing what would be sent.

use super::{report::Outcome, what::Shipment};
use crate::remote::{address, is_refused, words, words_for_all};
use serde_json::value::RawValue;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use turnwise_client::{Error, Family, Request, Target, blocking::Client};

/// So many conversations in a row that cannot be delivered, each after several attempts, mean that none can.
const HOPELESS: u32 = 3;

/// Sends shipments from several threads at once.
pub(crate) struct Direct<'a> {
    client: Client,
    /// The conversation to add to.
    conversation: Option<&'a str>,
    failed_in_a_row: AtomicU32,
    hopeless: AtomicBool,
}

impl<'a> Direct<'a> {
    pub(crate) fn new(client: Client, conversation: Option<&'a str>) -> Self {
        Self { client, conversation, failed_in_a_row: AtomicU32::new(0), hopeless: AtomicBool::new(false) }
    }

    /// Sends one shipment, unless it is hopeless.
    pub(crate) fn send(&self, shipment: &Shipment) -> Outcome {
        if self.hopeless.load(Ordering::Relaxed) {
            return Outcome::Untried;
        }
        let sent = match shipment {
            Shipment::Faulty(error) => return Outcome::Faulty { error },
            Shipment::New(new) => self.client.create(new).map(|created| created.id),
            Shipment::More(append) => {
                let id = self.conversation.unwrap_or_default();
                self.client.append(id, append).map(|()| id.to_owned())
            }
        };
        match sent {
            Ok(id) => {
                self.failed_in_a_row.store(0, Ordering::Relaxed);
                Outcome::Delivered { id }
            }
            Err(error) => self.failed(&error, matches!(shipment, Shipment::New(_))),
        }
    }

    fn failed(&self, error: &Error, new: bool) -> Outcome {
        // A refusal is about one conversation, unless it is about the key or the address.
        let about_all = matches!(error, Error::Unauthorized(_) | Error::Redirected { .. })
            || (new && matches!(error, Error::NotFound(_)));
        let refused = is_refused(error);
        let in_a_row = if refused { 0 } else { self.failed_in_a_row.fetch_add(1, Ordering::Relaxed) };
        if about_all || in_a_row.saturating_add(1) >= HOPELESS {
            self.hopeless.store(true, Ordering::Relaxed);
        }
        let error = if about_all { words_for_all(error) } else { words(error) };
        if refused { Outcome::Refused { error } } else { Outcome::Failed { error } }
    }
}

/// The request that would be sent.
pub(crate) fn show(shipment: &Shipment, conversation: Option<&str>) -> Outcome {
    let request = match shipment {
        Shipment::Faulty(error) => return Outcome::Faulty { error },
        Shipment::New(new) => Ok(Request::create(new.body())),
        Shipment::More(append) => {
            Request::append(&Target::from(conversation.unwrap_or_default()), append.body())
        }
    };
    let shown = request.map_err(|error| error.to_string()).and_then(|request| {
        let body = RawValue::from_string(request.body.clone().unwrap_or_default());
        Ok(Outcome::Shown {
            method: request.method.as_str(),
            url: format!("{}{}", address(), request.path_and_query(Family::Conversations)),
            body: body.map_err(|error| error.to_string())?,
        })
    });
    shown.unwrap_or_else(|error| Outcome::Failed { error })
}
