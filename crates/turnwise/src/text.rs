//! Labelled text: from lines to segments to messages, and back.
//!
//! Reading has three steps. A *reader* (the label inference, or one of the container formats) cuts the
//! input into [`Segment`]s that tile it and names the [`Turn`]s; `build` makes the model of them.

mod build;
mod candidate;
pub(crate) mod container;
mod cost;
mod cut;
mod escape;
mod exact;
mod fence;
mod findings;
mod front_matter;
mod head;
mod infer;
pub(crate) mod label;
mod lines;
pub(crate) mod markdown;
mod opening;
mod path;
mod primary;
mod prose;
mod read;
mod recent;
mod regular;
mod scan;
mod search;
mod segments;
mod speakers;
mod style;
pub(crate) mod timestamp;
mod too_long;
mod write;

pub(crate) use cut::whole;
pub(crate) use exact::says_so;
pub(crate) use read::{detect, from_segments, read, segments};
pub(crate) use write::write;

pub use segments::{Segment, SegmentKind, Segments, Speaker, Tiles, Turn, Turns};
