//! A server process, and requests to it.

use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running server; it is killed with this.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) address: String,
}

/// The command, on any free port.
pub(crate) fn command(data: &Path) -> Command {
    command_at("127.0.0.1:0", data)
}

/// The command, on that address.
pub(crate) fn command_at(address: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_turnwise"));
    command.args(["serve", "--addr", address, "--rate-limit", "0", "--data"]).arg(data);
    command.env_remove("TURNWISE_LOG").stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::of(&mut command(data))
    }

    /// Waits until the server has said where it is.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut process = command.spawn().expect("the command starts");
        let mut first = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("http://").unwrap_or_else(|| panic!("no address: {first:?}"));
        Self { address: address.to_owned(), process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One request on a connection of its own: the status and the body, once the whole answer has come.
pub(crate) fn ask(address: &str, method: &str, path: &str, body: &str) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
    write!(stream, "{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    Ok((status, serde_json::from_str(body)?))
}
