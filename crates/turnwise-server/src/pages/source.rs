//! A text as it was read: which lines became which message, and what is doubtful where.

use maud::{Markup, html};
use turnwise::{Code, Diagnostic, Severity, text::SegmentKind};

use super::{
    findings::sentence,
    reading::{Line, Owner, Piece, Reading},
    role,
};

/// The text in lines, coloured by who speaks, with the findings below their lines.
pub(super) fn source(reading: &Reading<'_>) -> Markup {
    let (lines, count) = reading.lines();
    let left = count.saturating_sub(lines.len());
    html! {
        pre.source tabindex="0" role="region" aria-label="The text, line by line" {
            @for line in &lines {
                (self::line(line))
                @for finding in line.findings.iter().filter_map(|&index| reading.parsed.diagnostics.get(index)) {
                    (note(finding))
                }
            }
            @if left > 0 {
                span.line.more { "… and " (left) " more lines, which are read but not shown here" }
            }
        }
    }
}

/// What the colours and marks mean.
pub(super) fn legend() -> Markup {
    html! {
        p.legend {
            @for (class, word) in [("user", "user"), ("assistant", "assistant"), ("system", "system"), ("tool", "tool"), ("other", "other")] {
                span.{ "key " (class) } { (word) } " "
            }
            span.key { mark.warning { "uncertain" } } " "
            span.key { b.label { "label" } } " "
            span.key { span.separator { "not part of any message" } }
        }
    }
}

fn line(line: &Line<'_>) -> Markup {
    let class = line.owner.map_or("none", |owner| role::class(owner.message.role.as_ref()));
    let begins = if line.begins { " begins" } else { "" };
    html! {
        span.{ "line " (class) (begins) } data-line=(line.number) {
            @if let Some(owner) = line.owner.filter(|_| line.begins) { (speaker(&owner)) }
            @for piece in &line.pieces { (self::piece(piece)) }
            "\n"
        }
    }
}

fn speaker(owner: &Owner<'_>) -> Markup {
    html! {
        span.speaker {
            @if owner.first == owner.last {
                (owner.first) " " (role::who(owner.message))
            } @else {
                "messages " (owner.first) " to " (owner.last)
            }
        }
    }
}

fn piece(piece: &Piece<'_>) -> Markup {
    let class = piece.owner.map_or("none", |owner| role::class(owner.message.role.as_ref()));
    let text = html! {
        @match piece.kind {
            Some(SegmentKind::Label) => b.label { (piece.text) },
            Some(SegmentKind::Separator | SegmentKind::Markup) => span.separator { (piece.text) },
            Some(SegmentKind::Preamble) => span.preamble { (piece.text) },
            Some(SegmentKind::Content) => (piece.text),
            None => span.{ "piece " (class) } { (piece.text) },
        }
    };
    html! {
        @match piece.mark {
            Some(severity) => mark.(severity.as_str()) { (text) },
            None => (text),
        }
    }
}

fn note(finding: &Diagnostic) -> Markup {
    html! {
        span.{ "note " (finding.severity.as_str()) } {
            span.sign { (sign(finding)) ":" } " " (sentence(&finding.message)) "\n"
        }
    }
}

/// A word for what kind of finding it is, so that colour is not all that tells.
pub(super) fn sign(finding: &Diagnostic) -> &'static str {
    match (finding.code, finding.severity) {
        (Code::AmbiguousBoundary, _) => "uncertain",
        (_, Severity::Error) => "error",
        (_, Severity::Warning) => "warning",
        (_, Severity::Info) => "note",
    }
}
