//! Which form the messages of a document have, told from the document as a whole.

use std::collections::{HashMap, HashSet};

use super::{Found, form::Form, heads, texts_of};
use crate::{
    parse::Parser,
    text::{
        container::{
            cutter::{GIVES_WAY, strong_role},
            is_margin,
        },
        head,
        label::{self, Strength},
    },
};

/// Lines that may stand before the first message.
const PREAMBLE: usize = 5;

/// The heads of one form in a document.
struct Survey<'a> {
    form: Form,
    parser: Parser,
    heads: Vec<Seen<'a>>,
}

/// What counts about one head.
struct Seen<'a> {
    time: &'a str,
    dated: bool,
    name: Option<&'a str>,
    /// From the end of the time to the next head.
    rest: &'a str,
    text: &'a str,
}

/// The form that the messages of `start` have, how many they are, and how sure that is.
///
/// Gives way to labelled text where the names are listed labels and it has such heads too: the inference over
/// the document knows more than the form of a line.
pub(super) fn choose(start: &str) -> Option<(Form, usize, f32)> {
    let (line, below) = first_line(start)?;
    let mut forms = Form::ALL.into_iter().filter(|form| form.head(line, below).is_some());
    forms.find_map(|form| {
        let survey = Survey::of(form, start);
        let heads = survey.heads.len();
        survey.fits(start).then(|| (form, heads, survey.confidence()))
    })
}

/// The first line with a colon, which every head has, and the line below it, where the line stands near the
/// top. A banner between lines of `=` does not count.
fn first_line(start: &str) -> Option<(&str, &str)> {
    let mut banner = false;
    let mut texts = texts_of(start);
    let counted = texts.by_ref().filter(|text| {
        let rule = is_rule(text);
        banner ^= rule;
        !rule && !banner && !text.trim_matches(is_margin).is_empty()
    });
    let line = counted.take(PREAMBLE).find(|text| text.contains(':'))?;
    Some((line, texts.next().unwrap_or_default()))
}

/// Whether a line is drawn with `=`, as Discord exports have around what is no message.
pub(super) fn is_rule(text: &str) -> bool {
    let text = text.trim_matches(is_margin);
    text.len() >= 20 && text.bytes().all(|b| b == b'=')
}

impl<'a> Survey<'a> {
    fn of(form: Form, start: &'a str) -> Self {
        let found = heads(form, start);
        let ends = found.iter().skip(1).map(|next| next.line.start).chain([start.len()]);
        let seen = found.iter().zip(ends).map(|(Found { line, head, .. }, end)| {
            let place = start.get(line.start..end).unwrap_or_default();
            let text = head.text.map_or(line.next, |text| text.saturating_add(line.start));
            Seen {
                time: head.time.of(place),
                dated: head.dated,
                name: head.name.map(|name| name.of(place)),
                rest: place.get(head.time.end..).unwrap_or_default(),
                text: start.get(text..end).unwrap_or_default().trim(),
            }
        });
        // Names that the caller gave roles are still names.
        Self { form, parser: Parser::new(), heads: seen.collect() }
    }

    fn fits(&self, start: &str) -> bool {
        let (all, named) = (self.heads.len(), self.named().count());
        let signed = all > 1 || self.form.is_strict() || self.heads.iter().all(|head| head.dated);
        let said = named.saturating_mul(2) >= all;
        said && signed && !self.is_program_log() && (!self.form.is_loose() || self.speaks_for_itself(start))
    }

    fn confidence(&self) -> f32 {
        let gives_way =
            self.form.is_labelled_text() && self.listed().saturating_mul(2) >= self.named().count();
        match self.heads.len() {
            _ if gives_way => GIVES_WAY,
            1 => 0.9,
            _ if self.form.is_labelled_text() => 0.95,
            _ => 1.0,
        }
    }

    /// What a form that other texts have too must show: names that look like names and come back, each with a
    /// text, and not at the start of other lines.
    fn speaks_for_itself(&self, start: &str) -> bool {
        let nearly_all = |part: usize, all: usize| part.saturating_mul(5) >= all.saturating_mul(4);
        let (all, named) = (self.heads.len(), self.named().count());
        let names: HashSet<&str> = self.named().collect();
        let texts = self.heads.iter().filter(|head| !head.text.is_empty()).count();
        let plausible = self.heads.iter().filter(|head| self.is_plausible(head)).count();
        let labelled =
            texts_of(start).filter_map(|text| text.split_once(':')).filter(|(name, _)| names.contains(name));
        // In these forms the name of a head stands before a colon too.
        let own = match self.form {
            Form::TimeBelow | Form::BracketAbove | Form::TimeAbove => named,
            _ => 0,
        };
        let strays = labelled.count().saturating_sub(own);
        let certain = match self.form {
            Form::TimeBelow => false,
            Form::TimeAbove => self.heads.first().is_some_and(|head| is_elapsed(head.time)),
            _ => true,
        };
        let recurs = names.len() < named || self.listed() == named || certain && all < 4;
        all > 1
            && nearly_all(plausible, named)
            && nearly_all(texts, all)
            && strays.saturating_add(self.answers()).saturating_mul(5) <= all
            && recurs
    }

    /// Texts that begin with a label, which comes back or is listed: `User: 10:30` is followed by an answer.
    fn answers(&self) -> usize {
        let mut labels: HashMap<&str, usize> = HashMap::new();
        for (label, _) in self.heads.iter().filter_map(|head| head.text.split_once(':')) {
            if head::is_label(label) {
                let count = labels.entry(label).or_default();
                *count = count.saturating_add(1);
            }
        }
        let is_speaker = |label: &str, count| count > 1 || strong_role(&self.parser, label).is_some();
        labels.into_iter().filter(|&(label, count)| is_speaker(label, count)).map(|(_, count)| count).sum()
    }

    fn named(&self) -> impl Iterator<Item = &'a str> {
        self.heads.iter().filter_map(|head| head.name)
    }

    /// How many names are listed labels, such as `User`.
    fn listed(&self) -> usize {
        self.named().filter(|name| strong_role(&self.parser, name).is_some()).count()
    }

    /// Whether the name is like `Ann Lee`, `ann` or `Ann Lee#1234`, but not like `Note` or `build finished`.
    fn is_plausible(&self, head: &Seen<'_>) -> bool {
        let Some(name) = head.name else { return false };
        let label = label::look_up(&self.parser, name);
        let named = label.strength > Strength::Unlisted || label::is_name(name) || name.contains('#');
        // Programs write seconds, and what they do in lower case.
        let single = !name.contains(char::is_whitespace);
        let handle = single && (self.form != Form::BracketAlone || head.time.matches(':').count() == 1);
        (named || handle) && (!label.heading || self.form == Form::BracketAbove)
    }

    /// Programs keep logs of these forms too; they are no chats.
    fn is_program_log(&self) -> bool {
        const LEVELS: &[&str] =
            &["CRITICAL", "DEBUG", "ERROR", "FATAL", "INFO", "NOTICE", "TRACE", "WARN", "WARNING"];
        self.heads.iter().any(|head| {
            let words = head.rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.take(3).any(|word| LEVELS.contains(&word))
        })
    }
}

/// Whether a time counts from the beginning of a recording, of which its first minute or hour is not over.
fn is_elapsed(time: &str) -> bool {
    time.starts_with("0:") || time.starts_with("00:")
}
