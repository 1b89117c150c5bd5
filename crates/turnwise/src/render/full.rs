//! For people, in the look of rustc: the source line, a caret, and what to do.

use super::{
    excerpt::{Excerpt, excerpts},
    place::Finding,
};
use crate::diagnostic::Severity;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

pub(super) fn finding(finding: &Finding<'_>, color: bool) -> String {
    let Finding { path, diagnostic, at, .. } = finding;
    let level = match diagnostic.severity {
        Severity::Info => Level::INFO,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level.clone().primary_title(diagnostic.message.as_str()).id(diagnostic.code.slug());
    let mut groups = vec![Group::with_title(title)];

    let (excerpts, left_out) = excerpts(finding);
    for excerpt in &excerpts {
        show(excerpt, path, &level, &mut groups);
    }
    let mut notes = vec![Level::HELP.message(diagnostic.help())];
    // A stretch that ends with a line break has nothing of the next line.
    let last_line = at.end.line.saturating_sub(usize::from(at.end.offset == at.end.line_start));
    if last_line > at.start.line {
        notes.push(Level::NOTE.message(format!("it goes on to line {last_line}")));
    }
    if left_out > 0 {
        notes.push(Level::NOTE.message(format!("{left_out} more places are not shown")));
    }
    if let Some(group) = groups.pop() {
        groups.push(group.elements(notes));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&groups) + "\n"
}

/// Adds an excerpt to the last group.
fn show<'a>(excerpt: &'a Excerpt<'_>, path: &'a str, level: &Level<'a>, groups: &mut Vec<Group<'a>>) {
    let marks = excerpt.marks.iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.range.clone()).label(Some(mark.words).filter(|words| !words.is_empty()))
    });
    let snippet: Snippet<'a, Annotation<'a>> =
        Snippet::source(&excerpt.text).line_start(excerpt.at.start.line).annotations(marks);
    let Some(group) = groups.pop() else { return };
    if excerpt.cut {
        // The snippet would count columns from the cut, so the place is given beside it.
        let place = Origin::path(path).line(excerpt.at.start.line).char_column(excerpt.at.start.column);
        groups.push(group.element(place));
        groups.push(Group::with_level(level.clone()).element(snippet));
    } else {
        groups.push(group.element(snippet.path(path)));
    }
}
