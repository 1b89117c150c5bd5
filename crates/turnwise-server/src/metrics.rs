//! What is counted, for `/metrics`.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use std::time::Duration;

/// The counters, and the registry that writes them.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Route, Histogram>,
    /// Requests that are being answered.
    pub(crate) in_flight: Gauge,
    /// Conversations created.
    pub(crate) conversations: Counter,
    /// Messages received.
    pub(crate) messages: Counter,
    /// Bodies refused for their size.
    pub(crate) refused_bodies: Counter,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("turnwise");
        let requests = Family::<Labels, Counter>::default();
        registry.register("requests", "Requests answered", requests.clone());
        let histogram = || Histogram::new(exponential_buckets(0.001, 4.0, 8));
        let seconds = Family::<Route, Histogram>::new_with_constructor(histogram as fn() -> Histogram);
        let help = "Time from the head of a request to the head of its answer";
        registry.register_with_unit("request_duration", help, Unit::Seconds, seconds.clone());
        let in_flight = Gauge::default();
        registry.register("requests_in_flight", "Requests that are being answered", in_flight.clone());
        let conversations = Counter::default();
        registry.register("conversations_created", "Conversations created", conversations.clone());
        let messages = Counter::default();
        registry.register("messages_received", "Messages received", messages.clone());
        let refused_bodies = Counter::default();
        registry.register("bodies_refused", "Bodies refused for their size", refused_bodies.clone());
        Self { registry, requests, seconds, in_flight, conversations, messages, refused_bodies }
    }
}

impl Metrics {
    /// Counts an answer. `route` is the pattern of the path, of which there are few.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = Labels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// All counters in the OpenMetrics text format.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
