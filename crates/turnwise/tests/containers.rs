//! Containers are total: whatever the bytes, the segments tile the input and every turn has its place.

use proptest::{prelude::*, sample};
use turnwise::{Format, Parser};

const FORMATS: [Format; 7] = [
    Format::WebVtt,
    Format::SubRip,
    Format::ChatLog,
    Format::ChatTokens,
    Format::Aider,
    Format::Irc,
    Format::TalkBank,
];

/// A valid document of every form that a container knows.
const DOCUMENTS: &[&str] = &[
    "WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hi <i>you</i></v>\n<v.loud Bob>Oh\n\n00:03.000 --> 00:04.000\nAnn Lee: yes\n",
    "1\r\n00:00:01,000 --> 00:00:02,000\r\nSPEAKER_00: Hi\r\nthere\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}<b>No</b>\r\n",
    "13/07/2017, 09:12 - You created group \"Tes\"\n13/07/2017, 09:12 - Test: hi\nthere\n1/4/23, 7:02\u{202f}PM - +1 123: yo",
    "\u{200e}[12/07/17, 22:35:12] Ann: \u{200e}image omitted\r\n[12/07/17, 22:35:13] Bob: one\ntwo\r\n",
    "Ann Lee, [Apr 9, 2026 at 9:15:00 AM]\nhello\n\nBob, [Apr 9, 2026 at 9:16:00 AM]\nhi",
    "Ann — Today at 9:15 AM\nhello\nBob — Yesterday at 9:16 AM\nhi\n",
    "> Ann [U1] @ 24/12/2019 12:23:00 Z:\none\n\n> Bob [U2] @ 24/12/2019 12:24:00 Z:\ntwo\n",
    "00:13:46\tAnn:\tgm\n00:13:50\tBob:\tyo\nthere\n",
    "09:15:02 From Ann to Everyone:\n\thello\n09:15:09 From  Bob : yo\n",
    "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n",
    "<|start|>assistant<|channel|>final<|message|>hi<|end|><|start|>user<|message|>yo",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>",
    "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nhi [/INST] yo </s><s>[INST] bye [/INST]",
    "<bos><start_of_turn>user\nhi<end_of_turn>\n<start_of_turn>model\n",
    "<｜User｜>hi<｜Assistant｜>yo<｜end▁of▁sentence｜>",
    "<|user|>\nhi</s>\n<|assistant|>\nyo",
    "# aider chat started at 2024-05-01\n\n> Aider v0.35\n\n#### go\n#### on  \n\nOk\n```\n#### no\n```\n\n> done  \n",
    "[05:59] <ann> hi\n[06:00]  * bob waves\n=== cat joins\n06:01 <@bob> yo\nmore\n",
    "@UTF8\n@Begin\n*CHI:\tmore\n\tjuice . \u{15}985_2395\u{15}\n%mor:\tx\n*MOT:\tno .\n@End\n",
];

fn assert_total(input: &str) {
    for format in FORMATS {
        let cut = Parser::new().format(format).segments(input);
        let mut at = 0;
        for segment in &cut.segments {
            assert_eq!(segment.span.start, at, "{format:?} leaves a gap in {input:?}");
            assert!(segment.span.end > at, "{format:?} has an empty segment in {input:?}");
            assert!(input.is_char_boundary(segment.span.end), "{format:?} cuts a character of {input:?}");
            at = segment.span.end;
        }
        assert_eq!(at, input.len(), "{format:?} does not reach the end of {input:?}");
        assert!(
            cut.turns.is_sorted_by(|a, b| a.segment < b.segment),
            "{format:?}: turns share a place in {input:?}"
        );
        for turn in &cut.turns {
            assert!(turn.segment < cut.segments.len(), "{format:?}: a turn without segments in {input:?}");
            assert!(turn.speaker.is_none_or(|speaker| speaker < cut.speakers.len()), "{format:?}: {input:?}");
            assert!(turn.time.is_none_or(|time| !time.of(input).is_empty()), "{format:?}: {input:?}");
        }
    }
}

/// Pieces that the grammars look for, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let words =
        DOCUMENTS.iter().flat_map(|document| document.split_inclusive([' ', '\n', '>', ':', ']', '|', '\t']));
    let words: Vec<&str> =
        words.chain(["", "\r", "\n\n", "<", "{\\", "[", "\u{15}", "\u{feff}", "é"]).collect();
    prop::collection::vec(sample::select(words), 0..40).prop_map(|pieces| pieces.concat())
}

/// A valid document with a stretch taken out or something put in.
fn mutated() -> impl Strategy<Value = String> {
    let parts = (sample::select(DOCUMENTS), any::<sample::Index>(), 0_usize..20, ".{0,3}");
    parts.prop_map(|(document, at, length, put)| {
        let characters: Vec<char> = document.chars().collect();
        let at = at.index(characters.len());
        let tail = characters.iter().skip(at.saturating_add(length));
        characters.iter().take(at).chain(put.chars().collect::<Vec<_>>().iter()).chain(tail).collect()
    })
}

#[test]
fn valid_documents_are_tiled_and_have_messages() {
    for document in DOCUMENTS {
        assert_total(document);
        let found = Parser::new().segments(document);
        assert!(found.turns.len() > 1 || document.contains("<|begin_of_text|>"), "{document:?}");
        assert!(FORMATS.contains(&found.format), "{document:?} is read as {:?}", found.format);
    }
}

proptest! {
    #[test]
    fn arbitrary_text_is_tiled(input in any::<String>()) {
        assert_total(&input);
    }

    #[test]
    fn pieces_of_the_grammars_are_tiled(input in pieces()) {
        assert_total(&input);
    }

    #[test]
    fn damaged_documents_are_tiled(input in mutated()) {
        assert_total(&input);
    }
}
