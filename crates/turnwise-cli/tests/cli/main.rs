//! The command as its callers see it: the real binary, its output, and its exit code.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod check;
mod convert;
mod input;
mod lines;
mod normalize;
mod outbox;
mod output;
mod remote;
mod send;
mod streams;
mod tables;

use serde_json::Value;
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};
use turnwise_faults::Server;

/// The key that the server is called with.
const KEY: &str = "sk_test_secret";

/// A small conversation.
const CHAT: &str = "User: hi there\nAssistant: hello";

/// What a call of the command gave.
#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// The lines of standard output, each one JSON value.
    fn json_lines(&self) -> Vec<Value> {
        let value = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(value).collect()
    }
}

/// The binary under test.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_turnwise"));
    command.args(args).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command.env_remove("CONVERRA_API_KEY").env_remove("CONVERRA_BASE_URL");
    command
}

/// Runs the command with `stdin` as its standard input.
fn turnwise(args: &[&str], stdin: impl AsRef<[u8]>) -> Run {
    run(&mut command(args), stdin)
}

/// Runs the command against a server.
fn against(server: &Server, args: &[&str], stdin: impl AsRef<[u8]>) -> Run {
    run(command(args).env("CONVERRA_API_KEY", KEY).env("CONVERRA_BASE_URL", server.url()), stdin)
}

fn run(command: &mut Command, stdin: impl AsRef<[u8]>) -> Run {
    let stdin = stdin.as_ref();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    thread::scope(|scope| {
        // A command that does not read its input to the end closes the pipe, which is its right.
        scope.spawn(move || pipe.write_all(stdin));
        let output = child.wait_with_output().expect("the command ends");
        Run {
            code: output.status.code().expect("an exit code"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    })
}

/// A folder of files for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("a file");
        path
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// The names of all files in it.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }
}

/// The roles and contents of a conversation.
fn messages(conversation: &Value) -> Vec<(&str, &str)> {
    let messages = conversation["messages"].as_array().expect("messages");
    messages
        .iter()
        .map(|message| {
            (message["role"].as_str().unwrap_or_default(), message["content"].as_str().unwrap_or_default())
        })
        .collect()
}
