//! A server of its own for each test, and requests to it.

use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{runtime, sync::oneshot};
use turnwise_server::{Options, Server};

/// A running server; it ends with this.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) data: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The object of a success, which stands in the answer twice.
    pub(crate) fn object(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        let mut whole = self.json();
        let data = whole["data"].take();
        let fields = whole.as_object_mut().unwrap();
        assert_eq!(fields.remove("success"), Some(true.into()));
        fields.remove("data");
        assert_eq!(Value::Object(fields.clone()), data, "the same at the top level");
        data
    }

    /// Code of an error, which has no other form.
    pub(crate) fn error(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        assert_eq!(body.as_object().unwrap().len(), 1);
        body["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// A server with the default options.
pub(crate) fn start() -> Running {
    start_with(|_| {})
}

/// A server with other options.
pub(crate) fn start_with(change: impl FnOnce(&mut Options)) -> Running {
    start_in(tempfile::tempdir().unwrap(), change)
}

/// A server over data that is there already.
pub(crate) fn start_in(data: TempDir, change: impl FnOnce(&mut Options)) -> Running {
    let mut options = Options::new(data.path());
    options.addr = SocketAddr::from(([127, 0, 0, 1], 0));
    options.limits.requests_a_minute = 0;
    change(&mut options);
    let (stop, stopped) = oneshot::channel::<()>();
    let (tell, told) = mpsc::channel();
    let thread = thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let server = Server::bind(options).await.unwrap();
            tell.send(server.addr()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    Running { addr: told.recv().unwrap(), data, stop: Some(stop), thread: Some(thread) }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Running {
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, &body.to_string())
    }

    pub(crate) fn post_text(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body.as_bytes())
    }

    /// Creates a conversation and gives its identifier.
    pub(crate) fn create(&self, body: &Value) -> String {
        self.post("/api/v1/conversations", body).object()["id"].as_str().unwrap().to_owned()
    }

    /// A request of its own connection; paths under `/` are the API's where they do not say so.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.addr);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses a body may close before all of it was sent.
        let _ = stream.write_all(body);
        answer(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }
}

/// Reads an answer until its sender closes.
pub(crate) fn answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // The connection may be reset after the answer, where a body was not read to its end.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    Answer { status, headers: lines.map(header).collect(), text: body.to_owned() }
}
