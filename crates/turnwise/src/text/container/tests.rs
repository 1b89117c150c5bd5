//! Whole documents, as speaker and content of every message.

use super::{aider, chatlog, irc, specstory, subrip, talkbank, tokens, webvtt};
use crate::{
    format::Detection,
    parse::Parser,
    text::{SegmentKind, Segments},
};

type Detect = fn(&Parser, &str) -> Option<Detection>;
type Cut = fn(&Parser, &str) -> Segments;

const FAMILIES: [(&str, Detect, Cut); 8] = [
    ("webvtt", webvtt::detect, webvtt::segments),
    ("subrip", subrip::detect, subrip::segments),
    ("chatlog", chatlog::detect, chatlog::segments),
    ("chattokens", tokens::detect, tokens::segments),
    ("aider", aider::detect, aider::segments),
    ("specstory", specstory::detect, specstory::segments),
    ("irc", irc::detect, irc::segments),
    ("talkbank", talkbank::detect, talkbank::segments),
];

/// `speaker|content` for every message; `-` where nobody is named.
fn messages(input: &str) -> Vec<String> {
    let parser = Parser::new();
    let mut found = FAMILIES.iter().filter(|(_, detect, _)| detect(&parser, input).is_some());
    let (_, _, segments) = found.next().expect("no format");
    assert!(found.next().is_none(), "two formats");
    let cut = segments(&parser, input);
    assert_tiles(input, &cut);
    let ends = cut.turns.iter().skip(1).map(|turn| turn.segment()).chain([cut.segments.len()]);
    cut.turns
        .iter()
        .zip(ends)
        .map(|(turn, end)| {
            let own = cut.segments.range(turn.segment()..end);
            let said = own.filter(|segment| segment.kind == SegmentKind::Content);
            let speaker = turn.speaker().map(|index| &cut.speakers[index]);
            let role = speaker.and_then(|speaker| speaker.role.as_ref()).map(|role| role.as_str());
            let name = speaker.and_then(|speaker| speaker.name.as_deref());
            let who = [role, name].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let who = if who.is_empty() { "-" } else { &who };
            format!("{who}|{}", said.map(|segment| segment.span.of(input)).collect::<String>())
        })
        .collect()
}

fn assert_tiles(input: &str, cut: &Segments) {
    let mut at = 0;
    for segment in &cut.segments {
        assert_eq!(segment.span.start, at, "{input:?}");
        assert!(segment.span.end > at && input.is_char_boundary(segment.span.end), "{input:?}");
        at = segment.span.end;
    }
    assert_eq!(at, input.len(), "{input:?}");
    assert!(cut.turns.iter().is_sorted_by(|a, b| a.segment() < b.segment()), "{input:?}");
    assert!(cut.turns.iter().all(|turn| turn.segment() < cut.segments.len()), "{input:?}");
    assert!(cut.turns.iter().filter_map(|turn| turn.speaker()).all(|speaker| speaker < cut.speakers.len()));
}

#[test]
fn captions() {
    let zoom = "WEBVTT\n\n1\n00:04:01.680 --> 00:04:02.770\nAnn Lee: Hey, Bob.\n\n2\n00:04:03.430 --> 00:04:04.509\nThe rule: none.\n";
    assert_eq!(messages(zoom), ["Ann Lee|Hey, Bob.", "-|The rule: none."]);
    let voices = "WEBVTT - title\n\nNOTE of mine\nUser: no\n\n00:04.000 --> 00:05.000 align:start\n<v Ann> Okay, <u>we</u>.</v>\n<v.loud Bob>Oh?\nYes</v>\n<i>Laughter</i>\n\n00:06.000 --> 00:07.000\n<v It's open\n\n00:08.000 --> 00:09.000\n\n";
    assert_eq!(messages(voices), ["Ann|Okay, we.", "Bob|Oh?\nYes", "-|Laughter", "-|<v It's open"]);
    let srt = "1\r\n00:00:03,608 --> 00:00:14,389\r\nSPEAKER_00: Hi,\r\n12\r\nof us\r\n\r\nstill\r\n\r\n2\r\n00:00:15,000 --> 00:00:16,000\r\n{\\an8}<font color=\"red\">Well</font>\r\n";
    assert_eq!(messages(srt), ["SPEAKER_00|Hi,\r\n12\r\nof us\r\n\r\nstill", "-|Well"]);
}

#[test]
fn chat_logs() {
    let android = "13/07/2017, 09:12 - You created group \"Tes\"\n13/07/2017, 09:12 - Test: The time is 17:36.\nisn't it: true\n20/01/19, 11:23 - John Doe:.\n1/4/23, 7:02\u{202f}PM - +1 123 456 789: hi";
    assert_eq!(
        messages(android),
        [
            "-|You created group \"Tes\"",
            "Test|The time is 17:36.\nisn't it: true",
            "John Doe|.",
            "+1 123 456 789|hi"
        ]
    );
    let ios = "[12/07/17, 22:35:12] Ann: one\n[12/07/17, 22:36:00] quoted: two\r\n\u{200e}[12/07/17, 22:37:12] Bob: \u{200e}image omitted\r\n[12/07/17, 22:37:13] Ann: a\r\n[12/07/17, 22:37:14] Ann: b\r\n[12/07/17, 22:37:15] Ann: c\r\n[12/07/17, 22:37:16] Ann: d\r\n[12/07/17, 22:37:17] Ann: e\r\n[12/07/17, 22:37:18] Ann: f\r\n[12/07/17, 22:37:19] Ann: g\r\n[12/07/17, 22:37:20] Ann: h\r\n[12/07/17, 22:37:21] Ann: i\r\n[12/07/17, 22:37:22] Ann: j\r\n[12/07/17, 22:37:23] Ann: k\r\n[12/07/17, 22:37:24] Ann: l\r\n[12/07/17, 22:37:25] Ann: m\r\n[12/07/17, 22:37:26] Ann: n\r\n[12/07/17, 22:37:27] Ann: o\r\n[12/07/17, 22:37:28] Ann: p\r\n[12/07/17, 22:37:29] Ann: q\r\n[12/07/17, 22:37:30] Ann: r\r\n[12/07/17, 22:37:31] Ann: s\r\n";
    assert_eq!(messages(ios)[..2], ["Ann|one\n[12/07/17, 22:36:00] quoted: two", "Bob|image omitted"]);
    let telegram =
        "Ann Lee, [Apr 9, 2026 at 9:15:00 AM]\nhello\nthere: you\n\nBob, [Apr 9, 2026 at 9:16:00 AM]\nhi";
    assert_eq!(messages(telegram), ["Ann Lee|hello\nthere: you", "Bob|hi"]);
    let zoom = "00:13:46\tAnn:\tgm\r\n00:13:50\tBob:\tReplying to \"gm\"\r\n\r\nhi\r\n";
    assert_eq!(messages(zoom), ["Ann|gm", "Bob|Replying to \"gm\"\r\n\r\nhi"]);
    let below = "09:15:02 From Ann to Everyone:\n\thello\n09:15:09 From Bob to Ann(Privately):\n\tyo\n";
    assert_eq!(messages(below), ["Ann|hello", "Bob|yo"]);
    let slack =
        "\n> Ann [U1] @ 24/12/2019 12:23:00 Z:\none\ntwo\n\n> Bob [U2] @ 24/12/2019 12:24:00 Z:\nthree\n";
    assert_eq!(messages(slack), ["Ann|one\ntwo", "Bob|three"]);
}

#[test]
fn names_and_times_on_lines_of_their_own() {
    for (input, expected) in [
        (
            "[15-Mar-24 09:15 AM] Ann#1234\nhi\n\n[15-Mar-24 09:16 AM] bob (pinned)\na: b\n\n{Embed}\n",
            &["Ann#1234|hi", "bob|a: b\n\n{Embed}"][..],
        ),
        (
            "====================\nGuild: x\nTopic: y\n====================\n\n[9:15 AM] Ann\nhi\n\n[9:16 AM] Bob\nyo\n\n\n====================\nExported 2 message(s)\n====================\n",
            &["Ann|hi", "Bob|yo"],
        ),
        ("[9:15 AM, 3/15/2024] Ann: hi\n[9:16 AM, 3/15/2024] Bob: yo", &["Ann|hi", "Bob|yo"]),
        ("[3/15, 9:15 AM] Ann: hi\n[3/15, 9:16 AM] Bob: yo", &["Ann|hi", "Bob|yo"]),
        (
            "Mar 15, 2024 9:05:01 AM Customer: hi\nMar 15, 2024 9:05:02 AM Agent: yo\nMar 16: fine\n",
            &["user|hi", "assistant|yo\nMar 16: fine"],
        ),
        (
            "Agent: 00:00:07\n\nhi\n\nyou\n\nUser: 00:00:09\n\nat 10:30\n\nAgent: 00:00:11\n\nok",
            &["assistant|hi\n\nyou", "user|at 10:30", "assistant|ok"],
        ),
        (
            "[00:00:00:04]\r\nCDR: Roger. Clock.\r\n[00:00:00:13]\r\nCC: Yes.\r\nGood.\r\n[00:00:00:20]\r\nCDR: On.\r\n",
            &["CDR|Roger. Clock.", "CC|Yes.\r\nGood.", "CDR|On."],
        ),
        ("0:01\nAnn: hi\n\n0:04\n[Music]\n\n0:09\nAnn: yo\n", &["Ann|hi", "-|[Music]", "Ann|yo"]),
        ("<09:05> User: hi\n<09:06> AI: yo\n", &["user|hi", "assistant|yo"]),
    ] {
        assert_eq!(messages(input), expected, "{input:?}");
    }
}

#[test]
fn what_is_no_chat_log() {
    let parser = Parser::new();
    let sure = |input| chatlog::detect(&parser, input).map_or(0.0, |found| found.confidence);
    for input in [
        "[12:03] User: hi\n[12:04] AI: hello",
        "[2024-01-01 10:00:00] ERROR: disk full\n[2024-01-01 10:00:01] app.INFO: ok",
        "2024-01-01 10:00:00,123 - root - INFO - a: b\n",
        "User: my log\n[2024-01-01 10:00:00] Bob: hi",
        "[2024-01-01 10:00:00] started\n[2024-01-01 10:00:01] stopped\n[2024-01-01 10:00:01] by: you",
        "Dear Ann,\n\nsee you at 9:15: bring tea.",
        "[10:00:01] build started\ncompiling\n[10:00:02] tests started\nrunning",
        "[2024-03-15] Added\nropes\n[2024-03-16] Removed\nknots",
        "Mar 15 09:05:01 quay kernel: usb: new\nMar 15 09:05:02 quay sshd: opened",
        "March 3, 2024 10:30 Meeting: we met and talked.",
        "9:00\nBreakfast: eggs\n10:00\nTalk: knots\n12:00\nLunch: soup",
        "0:01\nso: this is it\n0:04\nwords\n0:09\nmore words",
        "Prep: 00:15\n\nChop.\n\nCook: 00:40\n\nStir.",
        "Start: 9:00\nLunch: 12:00\nStart: 13:00",
        "User: 10:30\nAI: Until then.\nUser: 11:30\nAI: Or then.",
        "10:30\nUser: hi\nAI: yo\nUser: when?\nAI: then\n11:00\nUser: ok",
        "",
    ] {
        assert_eq!(sure(input), 0.0, "{input:?}");
    }
    assert_eq!(sure("[2025-01-20 14:30] User: hi\n[2025-01-20 14:31] AI: hello"), 0.5);
}

#[test]
fn tokens_of_templates() {
    for (input, expected) in [
        (
            "<|im_start|>system\nBe <|im_end|> kind.<|im_end|>\n<|im_start|>user\nsay <|im_start|>user\nhi\n<|im_end|>\n<|im_start|>assistant\n",
            &["system|Be <|im_end|> kind.", "user|say <|im_start|>user\nhi\n", "assistant|"][..],
        ),
        (
            "<|start|>assistant<|channel|>analysis<|message|>hm<|end|><|start|>functions.look to=assistant<|channel|>commentary<|message|>{}<|end|><|start|>assistant",
            &["assistant|hm", "tool functions.look|{}", "assistant|"],
        ),
        (
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n1",
            &["user|hi", "tool|1"],
        ),
        (
            "<bos><start_of_turn>user\nhi<end_of_turn>\n<start_of_turn>model\nyo<end_of_turn>\n",
            &["user|hi", "assistant|yo"],
        ),
        (
            "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nhi [1] [/INST] hello </s><s>[INST] bye [/INST]",
            &["system|Be kind.", "user|hi [1]", "assistant|hello", "user|bye", "assistant|"],
        ),
        (
            "<|system|>\nS</s>\n<|user|>\nsee <|user|> there</s>\n<|assistant|>\n",
            &["system|S", "user|see <|user|> there", "assistant|"],
        ),
        ("[gMASK]<sop><|user|>\nhi<|assistant|>\nyo<|user|>\nbye", &["user|hi", "assistant|yo", "user|bye"]),
        (
            "<｜begin▁of▁sentence｜><｜User｜>hi<｜Assistant｜>yo<｜end▁of▁sentence｜>",
            &["user|hi", "assistant|yo"],
        ),
        ("[|Human|] hi\n[|AI|] yo\n[|Human|]", &["user|hi", "assistant|yo", "user|"]),
        (
            "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>hi<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
            &["user|hi", "assistant|"],
        ),
    ] {
        assert_eq!(messages(input), expected, "{input:?}");
    }
    let parser = Parser::new();
    for input in [
        "User: it ends with <|im_end|>\n<|im_start|>user\n",
        "<|im_start|>",
        "<|x|> y",
        "[INST] a",
        "<s>struck</s>",
    ] {
        assert_eq!(tokens::detect(&parser, input), None, "{input:?}");
    }
}

#[test]
fn aider_logs() {
    let log = "# aider chat started at 2024-05-01\n\n> Aider v0.35\n\n#### change hello to goodbye\n#### and commit\n\nTo change it:\n\n```\n#### not a turn\n```\n\n> Applied edit to hello.py\n";
    assert_eq!(
        messages(log),
        [
            "tool|Aider v0.35",
            "user|change hello to goodbye\nand commit",
            "assistant|To change it:\n\n```\n#### not a turn\n```",
            "tool|Applied edit to hello.py"
        ]
    );
    let open = "Intro\n\n> $ aider  \n> Added a.py  \n\n#### go  \n\n```py\nx\n\n#### next\n# aider chat started at 2024\nsaid\n";
    assert_eq!(
        messages(open),
        ["tool|$ aider\nAdded a.py", "user|go", "assistant|```py\nx", "user|next", "assistant|said"]
    );
}

#[test]
fn histories_of_coding_agents() {
    for (input, expected) in [
        (
            "_**User (2026-02-10 21:49:42Z)**_\n\nfix it\n\n---\n\n_**Agent (model x, 2026-02-10)**_\n\nDone.\n\n---\n",
            &["user|fix it", "assistant|Done."][..],
        ),
        (
            "<!-- Generated by SpecStory -->\r\n\r\n_**User**_\r\n\r\n  a\r\n\r\nb \r\n\r\n---\r\n\r\n_**Agent - sidechain (x)**_\r\n\r\nc\r\n",
            &["user|  a\r\n\r\nb ", "assistant sidechain|c"],
        ),
        (
            "_**User: ann (2026-02-12 05:48Z)**_\n\n---\na: b\n---\n\n---\n\n_**Agent (x) (sidechain)**_\n\n---\n\nhi\n\nTitle\n---\n\n_**User**_\n\n\n_**Agent (model x, mode Agent)**_\n",
            &["user ann|---\na: b\n---", "assistant sidechain|hi\n\nTitle\n---", "user|", "assistant|"],
        ),
        (
            "_**User**_\n\n```md\n\n_**Agent**_\n\n```\nand\n_**Agent**_\n\n_**Note**_\n\n_**Agent**_\n\n```\nopen\n\n_**User**_\n\nb",
            &[
                "user|```md\n\n_**Agent**_\n\n```\nand\n_**Agent**_\n\n_**Note**_",
                "assistant|```\nopen",
                "user|b",
            ],
        ),
        (
            "# T\n_Exported on 4/11/2026 at 10:29:42 PDT from Cursor (3.0.16)_\n\n---\n\n**User**\n\n---\n\nx\n\n**User**\n\ny\n\n---\n\n**Cursor**\n\nz\n\n---\n\n---\n",
            &["user|---\n\nx\n\n**User**\n\ny", "assistant|z\n\n---"],
        ),
    ] {
        assert_eq!(messages(input), expected, "{input:?}");
    }
    let parser = Parser::new();
    for input in [
        "User: see\n\n_**User**_\n\nhi",
        "_**Note**_\n\nhi",
        "_**User**_ said",
        "**User**\n\nhi\n\n---\n\n**Cursor**\n\nyo",
        "<!-- Generated by SpecStory -->",
        "",
    ] {
        assert_eq!(specstory::detect(&parser, input), None, "{input:?}");
    }
}

#[test]
fn models_and_times_of_agents() {
    let input = "_**User (2026-02-10 21:49:42Z)**_\n\na\n\n_**Agent (claude-4-5 2026-01-25T22:47:26.259Z)**_\n\nb\n\n_**Agent (model x, mode Agent, 2026-02-10)**_\n\nc\n\n_**Agent (claude-4-5 2026-01-26 10:00Z)**_\n\nd\n";
    let cut = specstory::segments(&Parser::new(), input);
    let shown = |turn: crate::text::Turn| {
        let model = turn.speaker().and_then(|speaker| cut.speakers[speaker].model.as_deref());
        (model, turn.time().map(|time| time.of(input)))
    };
    let expected = [
        (None, Some("2026-02-10 21:49:42Z")),
        (Some("claude-4-5"), Some("2026-01-25T22:47:26.259Z")),
        (Some("x"), Some("2026-02-10")),
        (Some("claude-4-5"), Some("2026-01-26 10:00Z")),
    ];
    assert_eq!(cut.turns.iter().map(shown).collect::<Vec<_>>(), expected);
    assert_eq!(cut.speakers.len(), 3);
}

#[test]
fn line_chats_and_corpora() {
    let irc = "=== ann joins\n[05:59] <ann> bob: hi\n[06:00]  * bob waves\n[06:01] <bob> a\nwrapped\n\n";
    assert_eq!(messages(irc), ["-|ann joins", "ann|bob: hi", "bob|waves", "bob|a\nwrapped"]);
    let parser = Parser::new();
    let pasted = irc::detect(&parser, "User: see\n<ann> hi\n<bob> ho\n<ann> he\nAI: ok").unwrap();
    assert_eq!(pasted.confidence, 0.5);
    for input in [
        "<b> x\n</b>\n<b> y",
        "<ann> hi",
        "<09:05> User: hi\n<09:06> AI: yo",
        "<ann> hi\nprose\nprose\nprose\n<ann> ho",
    ] {
        assert_eq!(irc::detect(&parser, input), None, "{input:?}");
    }
    let chat = "@UTF8\n@Begin\n@Languages:\teng\n*CHI:\tmore juice\n\tplease . \u{15}985_2395\u{15}\n%mor:\tx\n\ty\n*MOT:\tno .\n@End\n";
    assert_eq!(messages(chat), ["CHI|more juice\nplease .", "MOT|no ."]);
}

#[test]
fn a_signature_stands_in_the_first_64_kib() {
    let subtitles =
        "1\n00:00:01,000 --> 00:00:02,000\nAna: hi\n\n2\n00:00:03,000 --> 00:00:04,000\nBen: yo\n";
    for (blanks, is_found) in [(65_000, true), (65_536, false)] {
        let input = format!("{}{subtitles}", "\n".repeat(blanks));
        assert_eq!(subrip::detect(&Parser::new(), &input).is_some(), is_found, "{blanks}");
    }
}
