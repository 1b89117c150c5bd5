//! JSON pointers for findings of the rules, which know where a message stands but not under which name.

use super::{
    scan::{Kind, Scanner},
    stream,
};
use crate::{diagnostic::Diagnostic, limits::Limits};

/// Gives a pointer (RFC 6901) to each finding that has none and stands where a value begins.
///
/// The document is walked once more, up to the last such finding, and only if there is one.
pub(crate) fn fill(input: &str, limits: &Limits, findings: &mut [Diagnostic]) {
    let mut wanted: Vec<&mut Diagnostic> =
        findings.iter_mut().filter(|finding| finding.pointer.is_none()).collect();
    if wanted.is_empty() || stream::is_framed(input) {
        return;
    }
    wanted.sort_by_key(|finding| finding.span.start);
    let mut wanted = wanted.into_iter().peekable();
    let mut scan = Scanner::new(input, &Limits { diagnostics: 0, ..*limits });
    while wanted.peek().is_some() && scan.document() {
        walk(&mut scan, |scan, start| {
            while let Some(finding) = wanted.next_if(|finding| finding.span.start <= start) {
                if finding.span.start == start {
                    finding.pointer = scan.pointer();
                }
            }
            wanted.peek().is_some()
        });
        scan.finish();
    }
}

/// Shows every value of a document to `visit`, with the place where it begins, until that has seen enough.
fn walk(scan: &mut Scanner<'_>, mut visit: impl FnMut(&Scanner<'_>, usize) -> bool) {
    // Whether each object or array that is open is an object.
    let mut open: Vec<bool> = Vec::new();
    loop {
        let start = scan.since(scan.mark()).span.start;
        if !visit(scan, start) {
            return;
        }
        match scan.kind() {
            kind @ (Kind::Object | Kind::Array) => {
                scan.open();
                open.push(kind == Kind::Object);
            }
            Kind::Nothing => {}
            _ => _ = scan.raw(),
        }
        loop {
            let Some(is_object) = open.last().copied() else { return };
            let more = if is_object { scan.key().is_some() } else { scan.item() };
            if more {
                break;
            }
            open.pop();
        }
    }
}
