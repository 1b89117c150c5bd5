//! A server on loopback, and requests to it.

use std::{thread::JoinHandle, time::Duration};

use serde_json::{Value, json};
use tokio::{runtime::Runtime, sync::oneshot};
use turnwise_server::{Options, Server};

pub(crate) struct Local {
    pub(crate) url: String,
    agent: ureq::Agent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _data: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

impl Local {
    pub(crate) fn start() -> Self {
        Self::with_keys(&[])
    }

    pub(crate) fn with_keys(keys: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mut options = Options::new(data.path());
        options.addr = ([127, 0, 0, 1], 0).into();
        options.keys = keys.iter().map(|&key| key.to_owned()).collect();
        let (told, address) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            Runtime::new().expect("a runtime").block_on(async {
                let server = Server::bind(options).await.expect("a server");
                told.send(server.addr()).expect("a test that waits");
                server.run(async { drop(stopped.await) }).await;
            });
        });
        let url = format!("http://{}", address.recv().expect("an address"));
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.timeout_global(Some(Duration::from_secs(60))).build().into();
        Self { url, agent, stop: Some(stop), thread: Some(thread), _data: data }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url)).header("accept", "text/html");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(request.call())
    }

    /// Sends a form.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(request.send_form(fields.iter().copied()))
    }

    /// Stores a conversation; gives its identifier.
    pub(crate) fn store(&self, body: &Value) -> String {
        self.send("/api/v1/conversations", body)["data"]["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn append(&self, id: &str, messages: &Value) {
        self.send(&format!("/api/v1/conversations/{id}/messages"), &json!({"messages": messages}));
    }

    fn send(&self, path: &str, body: &Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.url)).content_type("application/json");
        let answer = answer(request.send(body.to_string()));
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
    }
}

fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = result.expect("an answer");
    let body = response.body_mut().with_config().limit(64 << 20).read_to_string().expect("UTF-8");
    Answer { status: response.status().as_u16(), headers: response.headers().clone(), body }
}

impl Drop for Local {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.thread.take().map(JoinHandle::join));
    }
}
