//! What a message says, piece by piece.

use std::{
    fmt, iter,
    ops::{Deref, DerefMut},
    option, slice, vec,
};

use super::Part;

/// The parts of a message: a slice of [`Part`]s, made from one, or from a list.
///
/// Nearly all messages have one part. It is kept in the message itself, since a list costs an allocation more, and
/// fresh memory is what reading a large document costs most.
///
/// ```
/// use turnwise::{Message, Part};
/// let mut message = Message { parts: Part::text("a").into(), ..Message::default() };
/// message.parts.push(Part::text("b"));
/// assert_eq!(message.parts.len(), 2);
/// assert_eq!(message, Message { parts: vec![Part::text("a"), Part::text("b")].into(), ..Message::default() });
/// ```
#[derive(Clone, PartialEq)]
pub struct Parts(Kept);

#[derive(Clone, PartialEq)]
enum Kept {
    One(Part),
    /// None, or two and more.
    Many(Vec<Part>),
}

impl Parts {
    /// All of them.
    pub fn as_slice(&self) -> &[Part] {
        match &self.0 {
            Kept::One(part) => slice::from_ref(part),
            Kept::Many(parts) => parts,
        }
    }

    /// Adds one at the end.
    pub fn push(&mut self, part: Part) {
        self.0 = match std::mem::take(self).0 {
            Kept::One(first) => Kept::Many(vec![first, part]),
            Kept::Many(parts) if parts.is_empty() => Kept::One(part),
            Kept::Many(mut parts) => {
                parts.push(part);
                Kept::Many(parts)
            }
        };
    }
}

impl Default for Parts {
    fn default() -> Self {
        Self(Kept::Many(Vec::new()))
    }
}

impl From<Part> for Parts {
    fn from(part: Part) -> Self {
        Self(Kept::One(part))
    }
}

impl From<Vec<Part>> for Parts {
    fn from(parts: Vec<Part>) -> Self {
        Self(match <[Part; 1]>::try_from(parts) {
            Ok([part]) => Kept::One(part),
            Err(parts) => Kept::Many(parts),
        })
    }
}

impl From<Parts> for Vec<Part> {
    fn from(parts: Parts) -> Self {
        match parts.0 {
            Kept::One(part) => vec![part],
            Kept::Many(parts) => parts,
        }
    }
}

impl Deref for Parts {
    type Target = [Part];

    fn deref(&self) -> &[Part] {
        self.as_slice()
    }
}

impl DerefMut for Parts {
    fn deref_mut(&mut self) -> &mut [Part] {
        match &mut self.0 {
            Kept::One(part) => slice::from_mut(part),
            Kept::Many(parts) => parts,
        }
    }
}

impl Extend<Part> for Parts {
    fn extend<I: IntoIterator<Item = Part>>(&mut self, parts: I) {
        parts.into_iter().for_each(|part| self.push(part));
    }
}

impl FromIterator<Part> for Parts {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        let mut all = Self::default();
        all.extend(parts);
        all
    }
}

impl IntoIterator for Parts {
    type Item = Part;
    type IntoIter = iter::Chain<option::IntoIter<Part>, vec::IntoIter<Part>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, many) = match self.0 {
            Kept::One(part) => (Some(part), Vec::new()),
            Kept::Many(parts) => (None, parts),
        };
        one.into_iter().chain(many)
    }
}

impl<'a> IntoIterator for &'a Parts {
    type Item = &'a Part;
    type IntoIter = slice::Iter<'a, Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Parts {
    type Item = &'a mut Part;
    type IntoIter = slice::IterMut<'a, Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_changed_and_shown_like_a_list() {
        for texts in [&["a"][..], &["a", "b"]] {
            let mut parts: Parts = texts.iter().map(|text| Part::text(*text)).collect();
            let list: Vec<Part> = parts.iter().cloned().collect();
            assert_eq!(format!("{parts:?}"), format!("{list:?}"));
            for part in &mut parts {
                *part = Part::text("c");
            }
            assert_eq!(parts.as_slice(), vec![Part::text("c"); texts.len()]);
        }
    }
}
