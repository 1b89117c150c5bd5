//! Following one document to its end.

/// Bytes of lines that are no JSON, after which the next line is a document of its own.
const LOOSE: usize = 64 * 1024;

/// How far a document was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It goes on beyond what there is of the input.
    More,
    /// It ends before this byte.
    End(usize),
    /// It breaks off before this byte, without an end of its own.
    Broken(usize),
}

/// How the end of a document is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It should be one line, and is if that ends with its closing bracket.
    Line,
    /// By its brackets.
    Brackets,
    /// It is no object and no array: an item ends with the comma, anything else where a document begins.
    Loose,
}

/// A document that has begun.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) start: usize,
    /// Whether it was found to be longer than documents may be: then it is only followed to its end.
    pub(super) is_too_long: bool,
    pub(super) lacks_comma: bool,
    /// Its first bracket.
    opener: u8,
    /// Blanks before it, if it begins its line.
    indent: Option<usize>,
    in_array: bool,
    way: Way,
    /// The brackets that are open.
    open: Vec<u8>,
    in_string: bool,
    /// The last byte that is neither blank nor in a string.
    last: u8,
}

impl Item {
    pub(super) fn new(opener: u8, start: usize, indent: Option<usize>, in_array: bool, lines: bool) -> Self {
        let way = match opener {
            b'{' if lines && indent.is_some() => Way::Line,
            b'[' if lines && indent.is_some() && !in_array => Way::Line,
            b'{' | b'[' => Way::Brackets,
            _ => Way::Loose,
        };
        Self {
            start,
            is_too_long: false,
            lacks_comma: false,
            opener,
            indent,
            in_array,
            way,
            open: Vec::new(),
            in_string: false,
            last: 0,
        }
    }

    pub(super) fn lacks_comma(self, lacks_comma: bool) -> Self {
        Self { lacks_comma, ..self }
    }

    /// So many bytes were dropped from the front of the input.
    pub(super) fn pass(&mut self, passed: usize) {
        self.start = self.start.saturating_sub(passed);
    }

    /// Goes on from `at` in `bytes`, and leaves it where there is nothing more to look at.
    ///
    /// If it is longer than `longest` it says so, as soon as that can be known, however `bytes` arrive.
    pub(super) fn follow(&mut self, at: &mut usize, bytes: &[u8], ended: bool, longest: usize) -> Step {
        let step = match self.way {
            Way::Line => self.line(at, bytes, ended, longest),
            Way::Brackets => None,
            Way::Loose => Some(self.loose(at, bytes)),
        };
        let mut step = step.unwrap_or_else(|| self.brackets(at, bytes, ended, longest));
        if step == Step::More && ended {
            *at = bytes.len();
            step = Step::Broken(self.trimmed(bytes, bytes.len()));
        }
        let most = match step {
            // A comma and half a line end may stand here that are no part of it.
            Step::More => longest.saturating_add(2),
            _ => longest,
        };
        self.is_too_long |= at.saturating_sub(self.start) > most;
        step
    }

    /// The end of its line, if that looks like the end of the document; else brackets must tell.
    fn line(&mut self, at: &mut usize, bytes: &[u8], ended: bool, longest: usize) -> Option<Step> {
        let found = bytes.get(*at..).and_then(|rest| memchr::memchr(b'\n', rest));
        let end = found.map(|found| at.saturating_add(found));
        let Some(end) = end.or(ended.then_some(bytes.len())) else {
            *at = bytes.len();
            return Some(Step::More);
        };
        let whole = bytes.get(self.start..end).unwrap_or_default();
        let whole = whole.strip_suffix(b"\r").unwrap_or(whole);
        let whole = whole.strip_suffix(b",").unwrap_or(whole);
        if self.is_too_long || whole.len() > longest {
            (*at, self.is_too_long) = (end, true);
            return Some(Step::End(end));
        }
        let next = bytes.get(end.saturating_add(1)..).unwrap_or_default();
        let next = match next
            .iter()
            .zip(0..)
            .find(|&(&byte, blanks)| !is_indent(byte) || Some(blanks) == self.indent)
        {
            None if !ended => {
                *at = end;
                return Some(Step::More);
            }
            next => next.map(|(&byte, _)| byte),
        };
        let end = self.trimmed(bytes, end);
        let line = bytes.get(self.start..end).unwrap_or_default();
        let bare = line.strip_suffix(b",").map_or(line, <[u8]>::trim_ascii_end);
        let fits = bare.last() == Some(&closer(self.opener))
            && next.is_none_or(|byte| byte == self.opener || matches!(byte, b'\n' | b'\r' | b']'));
        if !fits {
            self.way = Way::Brackets;
            *at = self.start;
            return None;
        }
        *at = self.start.saturating_add(if self.in_array { bare.len() } else { line.len() });
        Some(Step::End(*at))
    }

    fn brackets(&mut self, at: &mut usize, bytes: &[u8], ended: bool, longest: usize) -> Step {
        while let Some(rest) = bytes.get(*at..).filter(|rest| !rest.is_empty()) {
            let skip = if self.in_string { memchr::memchr3(b'"', b'\\', b'\n', rest) } else { Some(0) };
            let Some(&byte) = skip.and_then(|skip| rest.get(skip)) else {
                *at = bytes.len();
                break;
            };
            *at = at.saturating_add(skip.unwrap_or_default());
            match byte {
                b'\n' => match self.begins_again(bytes, at.saturating_add(1), ended) {
                    None => return Step::More,
                    Some(true) => return Step::Broken(self.trimmed(bytes, *at)),
                    Some(false) => {}
                },
                b'\\' if self.in_string => {
                    // What is escaped must be there; a line break is not.
                    match bytes.get(at.saturating_add(1)) {
                        None => return Step::More,
                        Some(b'\n' | b'\r') => {}
                        Some(_) => *at = at.saturating_add(1),
                    }
                }
                b'"' => {
                    self.in_string = !self.in_string;
                    self.last = byte;
                }
                b'{' | b'[' => {
                    // Of what is too long, the end need not be exact.
                    if self.open.len() <= longest {
                        self.open.push(byte);
                    }
                    self.last = byte;
                }
                b'}' | b']' => {
                    let open = self.open.iter().rposition(|&open| closer(open) == byte);
                    self.open.truncate(open.unwrap_or_default());
                    self.last = byte;
                    match open {
                        None => return Step::Broken(*at),
                        Some(0) => {
                            *at = at.saturating_add(1);
                            return Step::End(*at);
                        }
                        Some(_) => {}
                    }
                }
                b' ' | b'\t' | b'\r' => {}
                _ => self.last = byte,
            }
            *at = at.saturating_add(1);
        }
        Step::More
    }

    /// Whether the line at `line` begins as the document did, where no value may stand; `None` if it is not all there.
    fn begins_again(&self, bytes: &[u8], line: usize, ended: bool) -> Option<bool> {
        // `[{"` is the longest beginning.
        const BEGINNING: usize = 3;
        let in_list = self.open.last() == Some(&b'[');
        let value = matches!(self.last, b':' | b'[') || (self.last == b',' && in_list);
        let Some(indent) = self.indent.filter(|_| self.in_string || !value) else { return Some(false) };
        let next = bytes.get(line..).unwrap_or_default();
        if !next.iter().take(indent).all(|&byte| is_indent(byte)) {
            return Some(false);
        }
        let begins = next.get(indent..).unwrap_or_default();
        if begins.first().is_some_and(|&byte| byte != self.opener) {
            return Some(false);
        }
        if begins.len() < BEGINNING && !ended {
            return None;
        }
        let plain = ["{\"", "[{\"", "[\"", "{}"].iter().any(|start| begins.starts_with(start.as_bytes()));
        Some(!begins.is_empty() && (plain || !self.in_string))
    }

    /// The end of what is neither an object nor an array.
    fn loose(&mut self, at: &mut usize, bytes: &[u8]) -> Step {
        while let Some(&byte) = bytes.get(*at) {
            match byte {
                b'\n' if self.in_array => return Step::End(self.trimmed(bytes, *at)),
                b'\n' => match bytes.get(at.saturating_add(1)) {
                    None => return Step::More,
                    next if matches!(next, Some(b'{' | b'[')) || at.saturating_sub(self.start) > LOOSE => {
                        return Step::End(self.trimmed(bytes, *at));
                    }
                    _ => {}
                },
                b'\\' if self.in_string => match bytes.get(at.saturating_add(1)) {
                    None => return Step::More,
                    Some(b'\n') => {}
                    Some(_) => *at = at.saturating_add(1),
                },
                b'"' => self.in_string = !self.in_string,
                b',' | b']' if self.in_array && !self.in_string => {
                    return Step::End(self.trimmed(bytes, *at));
                }
                _ => {}
            }
            *at = at.saturating_add(1);
        }
        Step::More
    }

    /// Where the document ends if it ends before `end`: blanks are not of it.
    fn trimmed(&self, bytes: &[u8], end: usize) -> usize {
        let text = bytes.get(self.start..end).unwrap_or_default().trim_ascii_end();
        self.start.saturating_add(text.len())
    }
}

fn closer(opener: u8) -> u8 {
    if opener == b'{' { b'}' } else { b']' }
}

fn is_indent(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
