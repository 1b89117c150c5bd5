//! One connection: requests in turn, each with a proper answer or with its fault.

use crate::{
    api::{self, Style},
    http::{self, Answer, Request},
    plan::{Fault, RetryAfter},
    route::{Route, route},
    server::Shared,
};
use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
    thread,
    time::{Duration, SystemTime},
};

/// In how many pieces a slow answer comes.
const PIECES: u32 = 8;

/// Whether more requests may come on this connection.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

/// Serves a connection until either side ends it.
pub(crate) fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    // An idle connection has no request that could meet a fault.
    while !reader.fill_buf()?.is_empty() {
        let fault = shared.plan().next();
        if fault == Some(Fault::CloseUnread) {
            break;
        }
        let request = match http::read(&mut reader) {
            Ok(request) => request,
            Err(error) => {
                Answer::error(400, "INVALID_REQUEST", &error.to_string()).write(&mut stream)?;
                break;
            }
        };
        // Before the answer, so that whoever has that finds the request as well.
        shared.keep(&request, fault);
        if respond(&request, fault, &mut stream, shared)? == Then::Close || request.closes() {
            break;
        }
    }
    Ok(())
}

/// Answers one request as its fault says.
fn respond(
    request: &Request,
    fault: Option<Fault>,
    stream: &mut TcpStream,
    shared: &Shared,
) -> io::Result<Then> {
    let Some(fault) = fault else {
        apply(request, shared).write(stream)?;
        return Ok(Then::GoOn);
    };
    let proper = if fault.applied() { Some(apply(request, shared)) } else { None };
    let bytes = proper.as_ref().map(Answer::bytes).unwrap_or_default();
    match fault {
        // What is refused has no effect, so that a success in its place would be a lie and no fault.
        Fault::WrongShape | Fault::Empty if proper.as_ref().is_some_and(|answer| answer.status >= 400) => {
            stream.write_all(&bytes)?;
        }
        Fault::CloseUnread | Fault::Close { .. } => return Ok(Then::Close),
        Fault::Status { status, .. } => {
            Answer::error(status, "INTERNAL_ERROR", "something went wrong").write(stream)?;
        }
        Fault::Html { status, .. } => html(status).write(stream)?,
        Fault::Throttle(after) => throttle(after).write(stream)?,
        Fault::InFlight => {
            let message = "a request with this idempotency key is in progress";
            let mut answer = Answer::error(409, "IDEMPOTENCY_IN_PROGRESS", message);
            answer.headers.push(("retry-after", "0".to_owned()));
            answer.write(stream)?;
        }
        Fault::Redirect { status } => {
            let mut answer = html(status);
            answer.headers.push(("location", "/elsewhere".to_owned()));
            answer.write(stream)?;
        }
        Fault::Truncate => {
            let body = proper.map_or(0, |answer| answer.body.len());
            let kept = bytes.len().saturating_sub(body.div_ceil(2));
            stream.write_all(bytes.get(..kept).unwrap_or_default())?;
            return Ok(Then::Close);
        }
        Fault::WrongShape => {
            Answer::json(200, &serde_json::json!({"result": [{"ok": 1}]})).write(stream)?;
        }
        Fault::Empty => Answer { body: Vec::new(), ..html(200) }.write(stream)?,
        Fault::Twice => stream.write_all(&[bytes.as_slice(), bytes.as_slice()].concat())?,
        Fault::Slow(time) => dribble(&bytes, time, stream)?,
    }
    Ok(Then::GoOn)
}

/// Does what the request asks, and gives the proper answer.
fn apply(request: &Request, shared: &Shared) -> Answer {
    let (key, style, family) = {
        let plan = shared.plan();
        let style = Style { envelope: plan.envelope, read_back: plan.read_back };
        (plan.key.clone(), style, plan.family)
    };
    let work = || -> Result<(Route, serde_json::Value), Answer> {
        api::authorize(request, key.as_deref())?;
        let nowhere = || Answer::error(404, "NOT_FOUND", "no such endpoint");
        let route = route(request, family).ok_or_else(nowhere)?;
        Ok((route, api::body(request)?))
    };
    match work() {
        Ok((route, body)) => api::answer(&mut shared.store(), &route, request, body, style),
        Err(answer) => answer,
    }
}

fn html(status: u16) -> Answer {
    let body =
        format!("<!DOCTYPE html><html><body><h1>{status}</h1><p>This is not the API.</p></body></html>");
    Answer { status, content_type: "text/html", headers: Vec::new(), body: body.into_bytes() }
}

fn throttle(after: RetryAfter) -> Answer {
    let mut answer = Answer::error(429, "RATE_LIMITED", "too many requests");
    let value = match after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
        RetryAfter::Date(seconds) => {
            let date = SystemTime::now().checked_add(Duration::from_secs(seconds));
            date.map(httpdate::fmt_http_date)
        }
        RetryAfter::Nonsense => Some("soon".to_owned()),
    };
    answer.headers.extend(value.map(|value| ("retry-after", value)));
    answer
}

fn dribble(bytes: &[u8], time: Duration, stream: &mut TcpStream) -> io::Result<()> {
    let pause = time.checked_div(PIECES).unwrap_or_default();
    let pieces = usize::try_from(PIECES).unwrap_or(usize::MAX);
    for piece in bytes.chunks(bytes.len().div_ceil(pieces).max(1)) {
        thread::sleep(pause);
        stream.write_all(piece)?;
    }
    Ok(())
}
