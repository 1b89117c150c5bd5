//! Many clients at once, and what it costs: `cargo run --release -p turnwise-server --example load [CLIENTS] [SECONDS]`.
//!
//! The server is a process of its own, so that its memory is told apart. Each client has one connection and a
//! conversation at a time: it creates it, appends twice (the second completes it), gets it, and lists. What is answered
//! with anything but 200 or 429 ends the run with an error.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic
)]

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use turnwise_server::{Options, Server};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [command, data] = arguments.as_slice()
        && command == "serve"
    {
        return serve(data);
    }
    let number = |at: usize, default| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let (clients, seconds) = (number(0, 200), number(1, 10));
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    let mut server = command.arg("serve").arg(data.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let results: Vec<Vec<Answer>> = thread::scope(|scope| {
        let calls: Vec<_> = (0..clients).map(|_| scope.spawn(|| client(address.trim(), until))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let peak = peak_memory(&server);
    server.kill().unwrap();
    server.wait().unwrap();
    report(clients, seconds, &results.concat(), &peak);
}

/// The most memory that the server had at a time, where the system tells.
fn peak_memory(server: &Child) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map_or("unknown", str::trim).to_owned()
}

/// The server: any port, any number of requests.
fn serve(data: &str) {
    tracing_subscriber::fmt().with_env_filter("warn").with_writer(std::io::stderr).init();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut options = Options::new(data);
        options.addr.set_port(0);
        options.limits.requests_a_minute = 0;
        let server = Server::bind(options).await.unwrap();
        println!("{}", server.addr());
        server.run(std::future::pending()).await;
    });
}

#[derive(Clone, Copy)]
struct Answer {
    what: &'static str,
    status: u16,
    took: Duration,
}

fn client(address: &str, until: Instant) -> Vec<Answer> {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    let words = "some words that a customer might say to a bot; ".repeat(5);
    let messages = format!(
        r#""messages":[{{"role":"user","content":"{words}"}},{{"role":"assistant","content":"{words}"}}]"#
    );
    let mut answers = Vec::new();
    let mut call = |what, method: &str, path: &str, body: &str| {
        let begun = Instant::now();
        let (status, text) = ask(&mut stream, method, path, body);
        answers.push(Answer { what, status, took: begun.elapsed() });
        if ![200, 429].contains(&status) {
            eprintln!("{method} {path}: {status} {text}");
        }
        text
    };
    while Instant::now() < until {
        let body = format!(r#"{{"agentName":"Load","status":"active",{messages}}}"#);
        let created = call("create", "POST", "/api/v1/conversations", &body);
        let id =
            created.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let conversation = format!("/api/v1/conversations/{id}");
        for status in ["active", "completed"] {
            let body = format!(r#"{{"status":"{status}",{messages}}}"#);
            call("append", "POST", &format!("{conversation}/messages"), &body);
        }
        call("get", "GET", &conversation, "");
        call("list", "GET", "/api/v1/conversations?limit=5", "");
    }
    answers
}

/// One request on a connection that is kept.
fn ask(stream: &mut BufReader<TcpStream>, method: &str, path: &str, body: &str) -> (u16, String) {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n");
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.get_mut().write_all(request.as_bytes()).unwrap();
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        match line.trim().split_once([' ', ':']) {
            Some(("HTTP/1.1", rest)) => status = rest.split(' ').next().unwrap().parse().unwrap(),
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).unwrap();
    (status, String::from_utf8(text).unwrap())
}

fn report(clients: usize, seconds: usize, answers: &[Answer], peak: &str) {
    println!("{clients} clients, {seconds} s: {} answers, peak memory {peak}", answers.len());
    println!("{:8} {:>9} {:>9} {:>9} {:>9}", "", "a second", "p50 ms", "p99 ms", "max ms");
    let mut kinds: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut statuses: BTreeMap<_, usize> = BTreeMap::new();
    for answer in answers {
        kinds.entry(answer.what).or_default().push(answer.took.as_secs_f64() * 1e3);
        *statuses.entry(answer.status).or_default() += 1;
    }
    for (what, mut times) in kinds {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        println!("{what:8} {:9} {:9.1} {:9.1} {:9.1}", times.len() / seconds, at(50), at(99), at(100));
    }
    println!("answers by status: {statuses:?}");
    assert!(statuses.keys().all(|status| [200, 429].contains(status)), "an answer was an error");
}
