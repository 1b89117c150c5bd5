//! What tells that a record is as it was written.

use sha2::{Digest, Sha256};

use super::super::job::Op;

/// What tells that a record is as it was written: SHA-256 of its place and its bytes.
pub(in crate::outbox) fn digest(conversation: &str, seq: i64, op: Op, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(conversation);
    hash.update([0]);
    hash.update(seq.to_be_bytes());
    hash.update(op.as_str());
    hash.update([0]);
    hash.update(body);
    hash.finalize().to_vec()
}
