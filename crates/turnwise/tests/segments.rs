//! Segments and turns, as the lists that they are.

#![allow(clippy::expect_used)]

use turnwise::{Parser, text::Segments};

/// Cut alike, so that nothing is listed; and cut otherwise.
const INPUTS: [&str; 2] = ["User: hi\nAI: hello\nUser: bye", "User: hi\nAI: hello\n\nUser: bye"];

fn cut(input: &str) -> Segments {
    Parser::new().segments(input)
}

#[test]
fn segments_are_a_list() {
    for input in INPUTS {
        let segments = cut(input).segments;
        assert_eq!((segments.len(), segments.is_empty()), (8, false));
        let ends: Vec<usize> = segments.iter().map(|segment| segment.span.end).collect();
        assert!(ends.is_sorted() && ends.last() == Some(&input.len()), "{ends:?}");
        let mut backwards: Vec<usize> = segments.iter().rev().map(|segment| segment.span.end).collect();
        backwards.reverse();
        assert_eq!(backwards, ends);
        let mut rest = segments.iter();
        for left in (0..8).rev() {
            assert!(rest.next().is_some());
            assert_eq!((rest.len(), rest.size_hint()), (left, (left, Some(left))));
        }
        assert_eq!(rest.next_back(), None);
        let all: Vec<_> = segments.iter().collect();
        assert_eq!(format!("{segments:?}"), format!("{all:?}"));
    }
    let none = cut("");
    assert!(none.segments.is_empty() && none.turns.is_empty());
}

#[test]
fn turns_are_a_list() {
    for input in INPUTS {
        let turns = cut(input).turns;
        assert_eq!((turns.len(), turns.is_empty()), (3, false));
        let all: Vec<_> = turns.iter().collect();
        assert_eq!(format!("{turns:?}"), format!("{all:?}"));
    }
}

#[test]
fn lists_are_equal_where_all_in_them_is() {
    for input in INPUTS {
        let [one, other] = [input, input].map(cut);
        assert_eq!(one, other);
        let longer = cut(&input.replace("hi", "hello"));
        assert_ne!(one.segments, longer.segments);
        let named = cut(&input.replacen("User", "Ann", 1).replacen("AI", "Bob", 1));
        assert_ne!(one.turns, named.turns);
    }
}
