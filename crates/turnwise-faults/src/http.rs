//! As much of HTTP/1.1 (RFC 9112) as clients of the API use: requests in, answers out.

use flate2::read::GzDecoder;
use percent_encoding::percent_decode_str;
use std::{
    fmt::Write as _,
    io::{self, BufRead, Read, Write},
};

/// The longest line and the most header lines; the most bytes of a body, before and after it is unpacked.
const LINE: u64 = 64 << 10;
const HEADERS: usize = 200;
const BODY: u64 = 256 << 20;

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `POST`.
    pub method: String,
    /// The path as it was written, still escaped, without the query.
    pub path: String,
    /// The names and values of the query, unescaped.
    pub query: Vec<(String, String)>,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, whole and unpacked.
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header field; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }

    /// The first value of a name in the query.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        value_of(&self.query, name)
    }

    /// Whether the connection ends with this request.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Reads one request.
///
/// # Errors
///
/// What is no HTTP, is larger than the limits, or ends early.
pub(crate) fn read(reader: &mut impl BufRead) -> io::Result<Request> {
    let start = line(reader)?;
    let mut words = start.split(' ');
    let (Some(method), Some(target), Some(_version)) = (words.next(), words.next(), words.next()) else {
        return Err(invalid("no request line"));
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        headers: headers(reader)?,
        body: Vec::new(),
    };
    request.body = body(reader, &request)?;
    Ok(request)
}

fn pair(pair: &str) -> (String, String) {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    (unescape(&name.replace('+', " ")), unescape(&value.replace('+', " ")))
}

/// `text` without percent-encoding.
pub(crate) fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn headers(reader: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let line = line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        if headers.len() == HEADERS {
            return Err(invalid("too many header fields"));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("no header field"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn body(reader: &mut impl BufRead, request: &Request) -> io::Result<Vec<u8>> {
    let chunked = request.header("transfer-encoding").is_some_and(|value| value.contains("chunked"));
    let raw = if chunked {
        chunks(reader)?
    } else {
        let length = request.header("content-length").unwrap_or("0");
        exactly(reader, length.parse().map_err(|_| invalid("no length"))?)?
    };
    match request.header("content-encoding") {
        None | Some("identity") => Ok(raw),
        Some("gzip") => {
            let mut unpacked = Vec::new();
            GzDecoder::new(raw.as_slice()).take(BODY).read_to_end(&mut unpacked)?;
            Ok(unpacked)
        }
        Some(_) => Err(invalid("unknown content encoding")),
    }
}

fn chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(reader)?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| invalid("no chunk size"))?;
        if size == 0 {
            // Trailers, and the empty line behind them.
            headers(reader)?;
            return Ok(body);
        }
        body.extend(exactly(reader, size)?);
        if u64::try_from(body.len()).unwrap_or(u64::MAX) > BODY || !line(reader)?.is_empty() {
            return Err(invalid("no end of the chunk"));
        }
    }
}

fn exactly(reader: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    if length > BODY {
        return Err(invalid("too large"));
    }
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(LINE).read_line(&mut line)?;
    let text = line.strip_suffix('\n').ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// An answer before it is written.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer of JSON.
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        let body = body.to_string().into_bytes();
        Self { status, content_type: "application/json", headers: Vec::new(), body }
    }

    /// The API's error body.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &serde_json::json!({"error": {"code": code, "message": message}}))
    }

    /// All bytes of it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { status, content_type, headers, body } = self;
        let mut head = format!(
            "HTTP/1.1 {status} {}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n",
            reason(*status),
            body.len()
        );
        for (name, value) in headers {
            // Writing to a string cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Writes it in one piece, so that no packet waits for another.
    pub(crate) fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(&self.bytes())
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        409 => "Conflict",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_of_each_kind() {
        let mut input: &[u8] = b"GET /a%20b?agentId=x%26y&q=1+2 HTTP/1.1\r\nHost: here\r\n\r\n\
            POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody\
            POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nTrailer: 1\r\n\r\n";
        let got = read(&mut input).expect("a request");
        assert_eq!((got.method.as_str(), got.path.as_str()), ("GET", "/a%20b"));
        assert_eq!((got.query_value("agentId"), got.query_value("q")), (Some("x&y"), Some("1 2")));
        assert_eq!(got.header("host"), Some("here"));
        assert_eq!(read(&mut input).expect("a request").body, b"body");
        assert_eq!(read(&mut input).expect("a request").body, b"abcde");
        assert!(input.is_empty());
    }

    #[test]
    fn a_packed_body() {
        let mut packed = Vec::new();
        flate2::read::GzEncoder::new(&b"hello"[..], flate2::Compression::fast())
            .read_to_end(&mut packed)
            .expect("packs");
        let mut input =
            format!("POST / HTTP/1.1\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len())
                .into_bytes();
        input.extend(packed);
        assert_eq!(read(&mut input.as_slice()).expect("a request").body, b"hello");
    }

    #[test]
    fn what_is_no_request() {
        for input in [
            "",
            "GET\r\n\r\n",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nno field\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nfour",
            "POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 99999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-encoding: br\r\n\r\n",
        ] {
            assert!(read(&mut input.as_bytes()).is_err(), "{input:?}");
        }
    }
}
