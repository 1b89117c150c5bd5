//! Large bodies, compressed.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

/// The body as gzip (RFC 1952).
pub(crate) fn compress(body: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body.as_bytes()).ok()?;
    encoder.finish().ok()
}
