//! A client that speaks the protocol line by line, so that it can also say what no client should.

use jsonschema::{Validator, validator_for};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long an answer may take on a machine that does much else; no test waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(120);

/// The number before that of the first request.
const FIRST: u64 = 1000;

pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
    early: HashMap<u64, Value>,
    errors: Option<JoinHandle<String>>,
    schemas: HashMap<String, Validator>,
    last: u64,
}

/// The binary without anything that the environment may say about a server.
pub(crate) fn turnwise() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_turnwise"));
    for name in ["CONVERRA_API_KEY", "CONVERRA_BASE_URL", "TURNWISE_LOG"] {
        command.env_remove(name);
    }
    command
}

impl Session {
    /// Starts the server and says nothing yet.
    pub(crate) fn silent(variables: &[(&str, &str)]) -> Self {
        let mut command = turnwise();
        command.arg("mcp").envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in output.lines() {
                // Whatever is no JSON on standard output is a defect that every test should see.
                let line = line.unwrap();
                let value = serde_json::from_str(&line).unwrap_or_else(|_| json!({ "garbage": line }));
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        let errors = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let input = child.stdin.take();
        Self {
            child,
            input,
            lines,
            early: HashMap::new(),
            errors: Some(errors),
            schemas: HashMap::new(),
            last: FIRST,
        }
    }

    /// Starts the server and opens a session.
    pub(crate) fn open(variables: &[(&str, &str)]) -> Self {
        let mut session = Self::silent(variables);
        session.initialize();
        session
    }

    /// Opens the session, and gives what the server says of itself.
    pub(crate) fn initialize(&mut self) -> Value {
        let client = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        let said = self.request("initialize", params);
        self.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        said["result"].clone()
    }

    /// Sends a line as it is.
    pub(crate) fn line(&mut self, line: impl AsRef<[u8]>) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_ref()).unwrap();
        input.write_all(b"\n").unwrap();
        input.flush().unwrap();
    }

    /// Sends a request, and does not wait for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.last += 1;
        let request = json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params });
        self.line(request.to_string());
        self.last
    }

    /// The answer to a request: the whole response.
    pub(crate) fn answer(&mut self, id: u64) -> Value {
        loop {
            if let Some(answer) = self.early.remove(&id) {
                return answer;
            }
            let line = self.lines.recv_timeout(PATIENCE).expect("the server answers");
            assert!(line.get("garbage").is_none(), "on standard output: {line}");
            // Below are those of lines that tests write themselves.
            if let Some(id) = line["id"].as_u64().filter(|id| *id > FIRST) {
                assert!(self.early.insert(id, line).is_none(), "{id} was answered twice");
            }
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Calls a tool, and gives the result, which may be marked as an error.
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.request("tools/call", json!({ "name": tool, "arguments": arguments }));
        answer.get("result").unwrap_or_else(|| panic!("{tool}: {answer}")).clone()
    }

    /// Calls a tool that succeeds, and gives the structured result, which keeps to the schema that the tool declares.
    pub(crate) fn result(&mut self, tool: &str, arguments: Value) -> Value {
        if self.schemas.is_empty() {
            let tools = self.request("tools/list", json!({}))["result"]["tools"].clone();
            self.schemas.extend(tools.as_array().unwrap().iter().map(|tool| {
                (tool["name"].as_str().unwrap().to_owned(), validator_for(&tool["outputSchema"]).unwrap())
            }));
        }
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], false, "{tool}: {result}");
        if let Err(error) = self.schemas[tool].validate(&result["structuredContent"]) {
            panic!("{tool}: {error}: {result}");
        }
        // Clients that know no structured results get the same as text.
        let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, result["structuredContent"]);
        text
    }

    /// Calls a tool that refuses, and gives what it says.
    pub(crate) fn refusal(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{tool}: {result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Fails unless the server still answers.
    pub(crate) fn is_alive(&mut self) {
        assert_eq!(self.request("ping", json!({}))["result"], json!({}));
    }

    /// Ends the input, and gives exit code and standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        self.input = None;
        let code = self.child.wait().unwrap().code();
        (code, self.errors.take().unwrap().join().unwrap())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
