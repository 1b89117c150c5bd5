//! Stretches that hide labels: code fences, and blocks between tags such as `<transcript>`.

/// A line that opens or closes a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where the line starts.
    pub(super) at: usize,
    pub(super) kind: Kind,
}

impl Mark {
    /// Whether it stands before `at`.
    pub(super) fn is_before(&self, at: usize) -> bool {
        self.at < at
    }
}

/// What such a line may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A fence with a language after it, or one at the very start of a content: it can only open.
    Open { byte: u8, run: u8 },
    /// A fence alone on its line: it opens, or closes one of the same kind that is not longer.
    Either { byte: u8, run: u8 },
    /// `<transcript>` alone on its line; tags are told apart by a hash of their name.
    Tag { name: u32 },
    /// `</transcript>` alone on its line.
    EndTag { name: u32 },
}

/// Where in such a stretch a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum State {
    #[default]
    Clear,
    Fence {
        byte: u8,
        run: u8,
        depth: u8,
    },
    Tag {
        name: u32,
    },
}

impl State {
    /// The state after `kind`. A fence that can only open, inside another, is nested: people paste answers
    /// with code into fences of their own.
    pub(super) fn after(self, kind: Kind) -> Self {
        match (self, kind) {
            (Self::Clear, Kind::Open { byte, run } | Kind::Either { byte, run }) => {
                Self::Fence { byte, run, depth: 1 }
            }
            (Self::Clear, Kind::Tag { name }) => Self::Tag { name },
            (Self::Fence { byte, run, depth }, Kind::Open { byte: inner, run: length }) => {
                let nested = inner == byte && length >= run;
                Self::Fence { byte, run, depth: if nested { depth.saturating_add(1) } else { depth } }
            }
            (Self::Fence { byte, run, depth }, Kind::Either { byte: inner, run: length })
                if inner == byte && length >= run =>
            {
                if depth > 1 {
                    Self::Fence { byte, run, depth: depth.saturating_sub(1) }
                } else {
                    Self::Clear
                }
            }
            (Self::Tag { name }, Kind::EndTag { name: end }) if name == end => Self::Clear,
            (state, _) => state,
        }
    }

    /// The cost, as a negative logarithm, of a message that ends in this state: of 1,620 real messages
    /// with a fence, 22 leave it open. Tags are often left open.
    pub(super) fn left_open(self) -> f32 {
        match self {
            Self::Clear => 0.0,
            Self::Fence { .. } => 4.3,
            Self::Tag { .. } => 2.0,
        }
    }
}

/// Reads a line, or the start of a content, as a mark.
pub(super) fn read(line: &str, opens_content: bool) -> Option<Kind> {
    let body = line.trim_start_matches(' ');
    if line.len().saturating_sub(body.len()) > 3 {
        return None;
    }
    match body.as_bytes().first()? {
        &byte @ (b'`' | b'~') => {
            let length = body.bytes().take_while(|&b| b == byte).count();
            let info = body.get(length..).unwrap_or_default().trim();
            if length < 3 || byte == b'`' && info.contains('`') {
                return None;
            }
            let run = u8::try_from(length).unwrap_or(u8::MAX);
            let opens = opens_content || !info.is_empty();
            Some(if opens { Kind::Open { byte, run } } else { Kind::Either { byte, run } })
        }
        b'<' => tag(body.trim_end()),
        _ => None,
    }
}

fn tag(line: &str) -> Option<Kind> {
    const LONGEST: usize = 64;
    let inner = line.strip_prefix('<')?.strip_suffix('>').filter(|inner| inner.len() <= LONGEST)?;
    let (name, closes) = inner.strip_prefix('/').map_or((inner, false), |name| (name, true));
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    // FNV-1a: only equality of two names in one document matters.
    let hash =
        |name: &str| name.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    named.then(|| if closes { Kind::EndTag { name: hash(name) } } else { Kind::Tag { name: hash(name) } })
}
