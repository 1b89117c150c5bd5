//! Walking a JSON document (RFC 8259) piece by piece, with the place of everything.
//!
//! Nothing recurses. What is wrong becomes a finding, and the walk goes on where it is plain how: after a comma too
//! many or too few, a bad word, a bad escape. Elsewhere, and where the document is cut off, the walk stops: every open
//! object and array then ends there, so that a reader keeps what came before without a branch of its own.

mod closers;
mod document;
mod fault;
mod place;
mod resolved;
mod string;
mod token;
mod word;

use std::borrow::Cow;

use self::{closers::Closers, place::Step};
use crate::{
    diagnostic::Code,
    json::{plain::short, raw},
    limits::Limits,
    model::RawJson,
    source::Span,
};

/// What a value is, seen from its first byte (from the whole word for numbers and names).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
    /// A word that is no JSON value, such as `NaN`.
    Bad,
    /// No value: the document cannot be read on.
    Nothing,
}

/// The name of a member; its value comes next.
#[derive(Debug)]
pub(crate) struct Key<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) span: Span,
}

/// A stretch of the document that holds one value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) text: &'a str,
    pub(crate) span: Span,
    /// Whether it is valid JSON.
    pub(crate) sound: bool,
}

impl Raw<'_> {
    /// The value as written; a broken one becomes a string that holds what was written.
    pub(crate) fn to_json(self) -> RawJson {
        if self.sound { RawJson::trusted(self.text) } else { raw::quoted(self.text) }
    }
}

/// A place to look back at with [`Scanner::since`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    at: usize,
    errors: usize,
}

/// The object or array that is open, the innermost one.
///
/// It stands in the scanner itself, apart from what is open around it.
#[derive(Debug, Clone, Copy)]
struct Level {
    closer: u8,
    begun: bool,
    /// The member or item in it that the walk has reached.
    step: Step,
}

/// Walks over the values of an input.
///
/// [`Scanner::key`] and [`Scanner::item`] stop before a value. Whoever calls them then takes it, with
/// [`Scanner::raw`], [`Scanner::text`], or [`Scanner::open`] and a loop to its end.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    input: &'a str,
    at: usize,
    /// The bracket that the document starts with.
    opener: Option<u8>,
    /// Blanks before that on its line.
    indent: usize,
    open: Option<Level>,
    /// Closing brackets of what is open around that.
    outer: Closers,
    /// Where in the document that stands, for JSON pointers; no longer than `known`.
    path: Vec<Step>,
    /// How many levels the path may tell: who looks ahead needs no pointers.
    known: usize,
    depth: usize,
    /// Set where the document cannot be read on: the start of what was not handed out.
    stopped: Option<usize>,
    errors: usize,
    findings: fault::Findings,
    /// Where strings with escapes are put together.
    said: Vec<u8>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(input: &'a str, limits: &Limits) -> Self {
        Self {
            input,
            at: 0,
            opener: None,
            indent: 0,
            open: None,
            outer: Closers::default(),
            path: Vec::new(),
            known: limits.depth,
            depth: limits.depth,
            stopped: None,
            errors: 0,
            findings: fault::Findings::new(limits.diagnostics),
            said: Vec::new(),
        }
    }

    /// A scanner whose findings nobody asks for.
    pub(crate) fn quiet(input: &'a str, limits: &Limits) -> Self {
        Self::new(input, &Limits { diagnostics: 0, ..*limits })
    }

    /// A scanner for looking ahead, at the value that comes next; what it finds is not reported.
    pub(crate) fn probe(&self) -> Self {
        let Self { input, at, opener, indent, .. } = *self;
        Self { at, opener, indent, known: 0, ..Self::quiet(input, &Limits::default()) }
    }

    /// Whether the document cannot be read on.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// Whether no syntax error has been met.
    pub(crate) fn is_sound(&self) -> bool {
        self.errors == 0
    }

    /// Kind of the value that comes next.
    pub(crate) fn kind(&self) -> Kind {
        match self.byte() {
            _ if self.is_stopped() => Kind::Nothing,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(_) => word::kind(self.peek_word()),
            None => Kind::Nothing,
        }
    }

    /// Whether the input goes on with these bytes.
    pub(crate) fn starts_with(&self, bytes: &str) -> bool {
        self.input.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(bytes.as_bytes()))
    }

    /// Whether a value here is nested deeper than [`Limits::depth`], so that its own values should not be looked into.
    pub(crate) fn is_deep(&self) -> bool {
        self.levels() >= self.depth
    }

    /// Goes into the object or array that comes next.
    pub(crate) fn open(&mut self) {
        let closer = if self.byte() == Some(b'{') { b'}' } else { b']' };
        if self.levels() == self.depth {
            let limit = self.depth.to_string();
            self.report(Code::TooDeep, Span::new(self.at, self.at.saturating_add(1)), &[("limit", &limit)]);
        }
        if let Some(outer) = self.open.replace(Level { closer, begun: false, step: Step::default() }) {
            self.outer.push(outer.closer);
            if self.path.len() < self.known {
                self.path.push(outer.step);
            }
        }
        self.skip(1);
    }

    /// The name of the object's next member, or `None` at the object's end.
    pub(crate) fn key(&mut self) -> Option<Key<'a>> {
        let (inner, escaped) = match self.usual_member() {
            Some(inner) => (inner, false),
            None => self.unusual_member()?,
        };
        let span = Span::new(inner.start.wrapping_sub(1), inner.end.wrapping_add(1));
        let name = if escaped { self.resolve(inner, escaped) } else { inner.of(self.input).into() };
        Some(Key { name, span })
    }

    /// Whether the array has another item; at its end it has none.
    pub(crate) fn item(&mut self) -> bool {
        let more = self.advance();
        if more && let Some(level) = &mut self.open {
            level.step = level.step.next_item();
        }
        more
    }

    /// The value that comes next, whatever it is.
    pub(crate) fn raw(&mut self) -> Raw<'a> {
        let mark = self.mark();
        let outside = self.levels();
        self.pass();
        while self.levels() > outside {
            let object = self.is_in_object();
            let inside = if object { self.member() } else { self.item() };
            if inside {
                self.pass();
            }
        }
        self.since(mark)
    }

    /// The place before the value that comes next.
    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, errors: self.errors }
    }

    /// What was read since `mark`.
    pub(crate) fn since(&self, mark: Mark) -> Raw<'a> {
        let span = Span::new(mark.at, self.at);
        Raw { text: span.of(self.input), span, sound: self.errors == mark.errors }
    }

    /// Passes a bracket, a string or a word.
    fn pass(&mut self) {
        match self.byte() {
            Some(b'{' | b'[') => self.open(),
            Some(b'"') => _ = self.string(),
            _ => self.word(),
        }
    }

    /// Goes to the next member or item of the innermost object or array; leaves it where there is none.
    fn advance(&mut self) -> bool {
        let Some(Level { closer, begun, .. }) = self.open else { return false };
        let more = !self.is_stopped()
            && match self.input.as_bytes().get(self.at..) {
                // Nearly everybody writes it so.
                Some([byte, ..]) if *byte == closer => {
                    self.skip(1);
                    false
                }
                Some([b',', b'{', ..]) if begun && closer == b']' => {
                    self.skip(1);
                    true
                }
                _ => self.seek(closer, begun),
            };
        if !more {
            self.close();
        } else if let Some(level) = &mut self.open {
            level.begun = true;
        }
        more
    }

    /// Goes out of the innermost object or array.
    fn close(&mut self) {
        self.open = self.outer.pop().map(|closer| {
            // Of what is deeper than `known` the path says nothing.
            let known = self.path.len() > self.outer.len();
            let step = self.path.pop_if(|_| known).unwrap_or_default();
            Level { closer, begun: true, step }
        });
    }

    /// How many objects and arrays are open.
    fn levels(&self) -> usize {
        self.outer.len().saturating_add(usize::from(self.open.is_some()))
    }

    fn is_in_object(&self) -> bool {
        self.open.is_some_and(|level| level.closer == b'}')
    }

    /// Passes blanks and the comma, or the closing bracket; whether a member or item comes next.
    fn seek(&mut self, expected: u8, begun: bool) -> bool {
        self.blanks();
        let before = self.at;
        let comma = begun && self.byte() == Some(b',');
        if comma {
            self.skip(1);
            self.blanks();
        }
        let object = expected == b'}';
        match self.byte() {
            Some(closer @ (b'}' | b']')) => {
                if comma {
                    self.invalid(Span::new(before, before.saturating_add(1)), "no value follows this comma");
                }
                if closer == expected {
                    self.skip(1);
                } else {
                    self.invalid(self.here(), &format!("`{}` is missing before this", char::from(expected)));
                }
                false
            }
            Some(byte) if if object { byte == b'"' } else { word::starts_value(byte) } => {
                if begun && !comma {
                    if self.starts_line() {
                        return self.stop(before, "");
                    }
                    self.invalid(self.here(), "a comma is missing before this");
                }
                true
            }
            _ if object => self.stop(before, "a key in double quotes or `}` should stand here"),
            _ => self.stop(before, "a value or `]` should stand here"),
        }
    }

    /// Goes to the value of the next member; whether there is one.
    fn member(&mut self) -> bool {
        self.usual_member().is_some() || self.unusual_member().is_some()
    }

    /// The next member's name: what stands between the quotes, and whether that has escapes.
    fn unusual_member(&mut self) -> Option<(Span, bool)> {
        self.reach(Step::default());
        if !self.advance() {
            return None;
        }
        let start = self.at;
        let (inner, escaped) = self.string();
        if !self.is_stopped() && self.colon(start) {
            self.reach(Step::Key(inner));
            return Some((inner, escaped));
        }
        // A name without a value is not handed out, so what is lost begins with it.
        self.stopped = Some(start);
        self.advance();
        None
    }

    /// The next member's name, where all around it stands as nearly everybody writes it: `,"name":` or `, "name": `.
    ///
    /// Anything else is left where it is, as are names that are long, or stand at the end of the input.
    #[inline]
    fn usual_member(&mut self) -> Option<Span> {
        // That it is long enough for what is looked at is asked once, here.
        let ahead: &[u8; 64] = self.input.as_bytes().get(self.at..)?.first_chunk()?;
        let level = self.open.as_mut().filter(|level| level.closer == b'}' && self.stopped.is_none())?;
        let before = match (level.begun, ahead) {
            (true, [b',', b'"', ..]) => 2,
            (true, [b',', b' ', b'"', ..]) => 3,
            (false, [b'"', ..]) => 1,
            _ => return None,
        };
        let len = short(ahead.get(before..)?.first_chunk()?);
        let behind = match ahead.get(before.wrapping_add(len)..)? {
            [b'"', b':', byte, ..] if word::starts_value(*byte) => 2,
            [b'"', b':', b' ', byte, ..] if word::starts_value(*byte) => 3,
            _ => return None,
        };
        let start = self.at.wrapping_add(before);
        let name = Span::new(start, start.wrapping_add(len));
        self.at = name.end.wrapping_add(behind);
        (level.begun, level.step) = (true, Step::Key(name));
        Some(name)
    }

    /// Passes the colon after a name and the blanks around it; whether a value comes next.
    fn colon(&mut self, start: usize) -> bool {
        self.blanks();
        if self.byte() != Some(b':') {
            return self.stop(start, "a colon should follow the key");
        }
        self.skip(1);
        self.blanks();
        self.byte().is_some_and(word::starts_value) || self.stop(start, "a value should stand here")
    }

    fn reach(&mut self, step: Step) {
        if let Some(level) = &mut self.open {
            level.step = step;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.input.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.skip(1);
        }
    }
}
