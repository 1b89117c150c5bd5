//! An input as it should be read: whole, or as a stream of conversations.

use crate::{
    blocks::BLOCK,
    exit::Failure,
    input::{Input, most_bytes},
    progress::Progress,
};
use std::io::{self, Read};
use turnwise::{Parser, stream::Stream};

/// How much of an input is read to find out whether it is a stream: its second document must be in it.
const HEAD: usize = 16 << 20;

/// An input that has been looked into.
pub(crate) enum Source<'a> {
    /// All of it, up to one byte more than the parser takes, so that the parser says where it stopped.
    Whole(Vec<u8>),
    /// A reader of all of it, which gives many conversations.
    Stream(Stream, Box<dyn Read + Send + 'a>),
}

/// Opens an input. What fits into a block is read whole: there is nothing to gain, and findings are told in full.
pub(crate) fn open<'a>(
    input: &Input,
    parser: &Parser,
    progress: &'a Progress,
) -> Result<Source<'a>, Failure> {
    let opened = input.open()?;
    let failure = |error| Failure::reading(input.name(), error);
    let mut reader = progress.count(opened.reader);
    let mut head = Vec::new();
    let mut wanted = BLOCK;
    while wanted <= HEAD {
        if fill(&mut reader, &mut head, wanted).map_err(failure)? {
            return Ok(Source::Whole(head));
        }
        if let Some(stream) = Stream::detect(parser, &head) {
            return Ok(Source::Stream(stream, Box::new(io::Cursor::new(head).chain(reader))));
        }
        wanted = wanted.saturating_mul(4);
    }
    let expected = opened.length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let most = most_bytes();
    head.reserve_exact(expected.min(most).saturating_add(1).saturating_sub(head.len()));
    fill(&mut reader, &mut head, most).map_err(failure)?;
    Ok(Source::Whole(head))
}

/// Reads until there are `wanted` bytes, and tells whether the input ended before.
fn fill(reader: &mut impl Read, bytes: &mut Vec<u8>, wanted: usize) -> io::Result<bool> {
    let more = wanted.saturating_sub(bytes.len());
    reader.take(u64::try_from(more).unwrap_or(u64::MAX)).read_to_end(bytes)?;
    Ok(bytes.len() < wanted)
}
