//! Prints how fast conversations go through the outbox to a server on loopback, beside the official Python SDK doing
//! the same sends, and how long a caller waits.
//!
//! The server is a process of its own and the same for all; it only counts. The Python side (`pip install converra==0.5.1`) runs if
//! the interpreter named by `TURNWISE_PYTHON`, else `python3`, has that package; else it is left out. The outbox writes to
//! the folder named by `TURNWISE_QUEUE_DIR`, else to the one for temporary files, which should be on a real disk.

use std::{
    env,
    error::Error,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use turnwise::{Message, Role};
use turnwise_client::{
    AgentRef, Config, NewConversation, Status,
    outbox::{Options, Outbox},
};

/// Conversations that the SDK sends, one after the other.
const SDK_SENDS: usize = 1500;
/// Conversations that go through the outbox.
const OUTBOX_SENDS: usize = 20_000;
/// How often each measurement is made; the best counts, since what else the machine does only slows down.
const ROUNDS: usize = 3;

/// What a conversation says: a question and an answer, twice.
const TEXTS: [(Role, &str); 4] = [
    (
        Role::User,
        "Hi, I ordered a pair of headphones last week and they have not arrived yet. Can you help me?",
    ),
    (Role::Assistant, "I'd be happy to help! Could you give me your order number, so that I can look it up?"),
    (Role::User, "It is #12345, and I paid for express delivery."),
    (
        Role::Assistant,
        "Found it! Your order ships tomorrow, and the fee for express delivery will be refunded.",
    ),
];

/// Sends the same conversations with the SDK, and prints how many seconds that took.
const SDK: &str = r#"
import json, sys, time
from converra import Converra
url, count = sys.argv[1], int(sys.argv[2])
messages = json.load(sys.stdin)
client = Converra(api_key="sk_test_1", base_url=url)
client.send(agent="Support Bot", messages=messages, status="completed")
start = time.perf_counter()
for _ in range(count):
    client.send(agent="Support Bot", messages=messages, status="completed")
print(time.perf_counter() - start)
"#;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    if env::args().nth(1).as_deref() == Some("serve") {
        let takes = env::args().nth(2).and_then(|takes| takes.parse().ok()).unwrap_or_default();
        return serve(Duration::from_millis(takes));
    }
    let mut out = io::stdout().lock();
    for (server, takes, senders) in
        [("answers at once", Duration::ZERO, 8), ("takes 5 ms to answer", Duration::from_millis(5), 32)]
    {
        throughput(&mut out, server, takes, senders)?;
    }
    writeln!(out, "| what the caller of `enqueue` waits | p50, ms | p99, ms |")?;
    writeln!(out, "| --- | --- | --- |")?;
    for (name, threads, calls, up) in [
        ("1 thread", 1, 2000, true),
        ("1 thread, server down", 1, 2000, false),
        ("16 threads", 16, 125, true),
    ] {
        let (p50, p99) = waits(threads, calls, up)?;
        writeln!(out, "| {name} | {:.2} | {:.2} |", millis(p50), millis(p99))?;
    }
    Ok(())
}

/// The table of one server: the SDK, and the outbox with so many senders.
fn throughput(out: &mut impl Write, server: &str, takes: Duration, senders: usize) -> Outcome<()> {
    writeln!(out, "| conversations to a server on loopback that {server} | a second | x SDK |")?;
    writeln!(out, "| --- | --- | --- |")?;
    let sdk = best(|| sdk(takes))?;
    let mut row = |name: &str, rate: f64| match sdk {
        Some(sdk) => writeln!(out, "| {name} | {rate:.0} | {:.1} |", rate / sdk),
        None => writeln!(out, "| {name} | {rate:.0} | |"),
    };
    if let Some(sdk) = sdk {
        row("official Python SDK 0.5.1, `send`, nothing durable", sdk)?;
    }
    for (name, threads, batch) in
        [("`enqueue_all` of 500, 4 threads", 4, 500), ("`enqueue`, 64 threads", 64, 1)]
    {
        let rate = best(|| through(takes, senders, threads, batch).map(Some))?.unwrap_or_default();
        row(&format!("outbox, durable, {senders} senders, {name}"), rate)?;
    }
    if sdk.is_none() {
        writeln!(out, "\nThe Python SDK is not installed, so there is nothing beside it.")?;
    }
    writeln!(out)?;
    Ok(())
}

/// The best of several rounds.
fn best(mut round: impl FnMut() -> Outcome<Option<f64>>) -> Outcome<Option<f64>> {
    let mut best = None;
    for _ in 0..ROUNDS {
        best = round()?.max_by(best);
    }
    Ok(best)
}

/// The larger of two figures that may be missing.
trait MaxBy {
    fn max_by(self, other: Self) -> Self;
}

impl MaxBy for Option<f64> {
    fn max_by(self, other: Self) -> Self {
        match (self, other) {
            (Some(one), Some(two)) => Some(one.max(two)),
            (one, two) => one.or(two),
        }
    }
}

/// Sends a second by the SDK, if it is there.
fn sdk(takes: Duration) -> Outcome<Option<f64>> {
    let python = env::var_os("TURNWISE_PYTHON").unwrap_or_else(|| "python3".into());
    let there = Command::new(&python).args(["-c", "import converra"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let server = Process::start(takes)?;
    let mut child = Command::new(&python)
        .args(["-c", SDK, &server.url, &SDK_SENDS.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let messages: Vec<_> = TEXTS
        .iter()
        .map(|(role, text)| serde_json::json!({"role": role.as_str(), "content": text}))
        .collect();
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(serde_json::to_string(&messages)?.as_bytes())?;
    }
    let said = child.wait_with_output()?;
    let seconds: f64 = String::from_utf8(said.stdout)?.trim().parse()?;
    Ok(Some(SDK_SENDS as f64 / seconds))
}

/// Conversations a second that are taken in and delivered.
fn through(takes: Duration, senders: usize, threads: usize, batch: usize) -> Outcome<f64> {
    let server = Process::start(takes)?;
    let folder = folder()?;
    let outbox = open(&folder, &server.url, senders)?;
    // Reading transcripts is another measurement.
    let all: Vec<_> = (0..OUTBOX_SENDS).map(|_| conversation()).collect();
    let start = Instant::now();
    thread::scope(|scope| {
        let shares = all.chunks(all.len().div_ceil(threads));
        let workers: Vec<_> = shares
            .map(|share| {
                let outbox = &outbox;
                scope.spawn(move || -> Result<(), turnwise_client::outbox::Error> {
                    for some in share.chunks(batch) {
                        outbox.enqueue_all(some)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().map_err(|_| "a thread panicked")?.map_err(Box::<dyn Error>::from)
        })
    })?;
    let flushed = outbox.flush(Duration::from_secs(600))?;
    let seconds = start.elapsed().as_secs_f64();
    if flushed.remaining > 0 || flushed.dead > 0 {
        return Err(format!("not everything was delivered: {flushed:?}").into());
    }
    let came = server.end()?;
    if came != OUTBOX_SENDS {
        return Err(format!("{came} conversations came to the server").into());
    }
    Ok(OUTBOX_SENDS as f64 / seconds)
}

/// The times of calls: the median, and the hundredth part that takes longest begins with.
fn waits(threads: usize, calls: usize, up: bool) -> Outcome<(Duration, Duration)> {
    let server = Process::start(Duration::ZERO)?;
    let folder = folder()?;
    let url = if up { &server.url } else { "http://127.0.0.1:9/api/v1" };
    let outbox = open(&folder, url, Options::default().senders)?;
    let times = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let calls = (0..calls).map(|_| {
                        let one = conversation();
                        let start = Instant::now();
                        outbox.enqueue(&one).map(|_| start.elapsed())
                    });
                    calls.collect::<Result<Vec<_>, _>>()
                })
            })
            .collect();
        let times = workers.into_iter().map(|worker| match worker.join() {
            Ok(times) => times.map_err(Box::<dyn Error>::from),
            Err(_) => Err("a thread panicked".into()),
        });
        times.collect::<Outcome<Vec<_>>>()
    })?;
    let mut times = times.concat();
    times.sort_unstable();
    let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or_default();
    Ok((at(0.5), at(0.99)))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn open(folder: &tempfile::TempDir, url: &str, senders: usize) -> Outcome<Outbox> {
    let mut config = Config::new("sk_test_1");
    config.base_url = url.to_owned();
    Ok(Outbox::open(folder.path().join("queue"), config, Options { senders, ..Options::default() })?)
}

fn folder() -> io::Result<tempfile::TempDir> {
    match env::var_os("TURNWISE_QUEUE_DIR") {
        Some(folder) => tempfile::tempdir_in(PathBuf::from(folder)),
        None => tempfile::tempdir(),
    }
}

fn conversation() -> NewConversation {
    let messages = TEXTS.iter().map(|(role, text)| Message::new(role.clone(), *text));
    NewConversation::of_messages(AgentRef::name("Support Bot"), messages, Status::Completed)
}

/// This program as the server, in a process of its own.
struct Process {
    child: Child,
    url: String,
    said: BufReader<ChildStdout>,
}

impl Process {
    fn start(takes: Duration) -> Outcome<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(["serve", &takes.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("the server has no output")?);
        let mut url = String::new();
        said.read_line(&mut url)?;
        Ok(Self { child, url: url.trim().to_owned(), said })
    }

    /// Ends it, and gives how many conversations it was sent.
    fn end(mut self) -> Outcome<usize> {
        drop(self.child.stdin.take());
        let mut count = String::new();
        self.said.read_line(&mut count)?;
        Ok(count.trim().parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Serves until the standard input ends, then prints how many conversations came. It reads requests and answers as the
/// API does, and no more: what a server does with a conversation is not what is measured.
fn serve(takes: Duration) -> Outcome<()> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}/api/v1", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(&stream, &COUNT, takes));
        }
    });
    io::stdin().read_to_end(&mut Vec::new())?;
    println!("{}", COUNT.load(Ordering::SeqCst));
    Ok(())
}

/// Answers the requests of a connection: every POST creates a conversation.
fn answer(mut stream: &TcpStream, count: &AtomicUsize, takes: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        let (mut length, mut creates) = (0, false);
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            creates |= line.starts_with("POST ");
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(io::Error::other)?;
                }
                _ if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        thread::sleep(takes);
        let number = if creates { count.fetch_add(1, Ordering::SeqCst) } else { 0 };
        let said = format!(r#"{{"success":true,"data":{{"id":"conv_{number}","status":"completed"}}}}"#);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{said}", said.len()).as_bytes())?;
    }
}
