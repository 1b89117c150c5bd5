//! How a label is written. A document keeps to one style; a label in another style is doubtful.

/// What stands before a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Lead {
    #[default]
    None,
    /// `1. User:`
    Number,
    /// `- User:`
    Bullet,
}

/// What stands around a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Wrap {
    #[default]
    None,
    /// `**User**`, `_User_`: length of the mark, and whether it begins with an underscore.
    Emphasis(u8, bool),
    /// `## User`: its level.
    Heading(u8),
    /// `[User]`
    Bracket,
}

/// What ends a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Colon {
    /// Only the end of the line, or a closing mark.
    #[default]
    None,
    Plain,
    /// The full-width colon of Chinese and Japanese.
    Wide,
}

/// The letters of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Case {
    /// No letters that have case.
    #[default]
    None,
    Lower,
    Title,
    Upper,
    /// Two or three capitals, as in `AI`: goes with `Title` and with `Upper`.
    Initials,
}

/// How a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Style {
    pub(super) lead: Lead,
    pub(super) wrap: Wrap,
    pub(super) colon: Colon,
    /// The colon stands inside the wrap.
    pub(super) inside: bool,
    /// A time stands before the label.
    pub(super) clock: bool,
    /// A time stands after the label.
    pub(super) timed: bool,
    /// A blank stands before the colon.
    pub(super) gap: bool,
}

impl Style {
    /// How nearly all labels are written: `User:`.
    pub(super) const PLAIN: Self = Self {
        lead: Lead::None,
        wrap: Wrap::None,
        colon: Colon::Plain,
        inside: false,
        clock: false,
        timed: false,
        gap: false,
    };

    /// How unlikely it is, as a negative logarithm, that one document writes labels in both ways.
    pub(super) fn distance(self, other: Self) -> f32 {
        let differs = |differs: bool, cost: f32| if differs { cost } else { 0.0 };
        differs(self.lead != other.lead, 7.0)
            + differs(self.wrap != other.wrap, 7.0)
            + differs(self.colon != other.colon, 5.0)
            + differs(self.inside != other.inside, 1.0)
            + differs(self.clock != other.clock, 4.0)
            + differs(self.timed != other.timed, 2.0)
            + differs(self.gap != other.gap, 1.0)
    }

    /// Whether the style alone says that a label is meant: nobody writes a time beside a plain word.
    pub(super) fn tells(self) -> bool {
        self.clock || self.timed
    }
}

impl Case {
    /// The case of `word`.
    pub(super) fn of(word: &str) -> Self {
        let letters = word.chars().filter(|c| c.is_lowercase() || c.is_uppercase());
        let (mut upper, mut lower) = (0_u32, 0_u32);
        let mut first_upper = None;
        for c in letters {
            first_upper.get_or_insert(c.is_uppercase());
            if c.is_uppercase() {
                upper = upper.saturating_add(1);
            } else {
                lower = lower.saturating_add(1);
            }
        }
        match (first_upper, upper, lower) {
            (None, ..) => Self::None,
            (Some(true), 1..=3, 0) => Self::Initials,
            (Some(true), _, 0) => Self::Upper,
            (Some(false), 0, _) => Self::Lower,
            _ => Self::Title,
        }
    }

    /// Whether one document may well hold labels of both cases.
    pub(super) fn goes_with(self, other: Self) -> bool {
        use Case::{Initials, None, Title, Upper};
        self == other
            || self == None
            || other == None
            || matches!((self, other), (Initials, Title | Upper) | (Title | Upper, Initials))
    }
}
