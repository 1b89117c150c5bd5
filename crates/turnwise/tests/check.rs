//! The rules of `check`: what each finds, and what it leaves alone.

#![allow(clippy::arithmetic_side_effects)]

use turnwise::{
    Arguments, Code, Conversation, Message, Part, Reasoning, Role, Severity, Span, ToolCall, ToolResult,
    check,
};

/// A conversation of these messages, each with a span of its own: message `n` covers bytes `10n..10n + 9`.
fn conversation(messages: impl IntoIterator<Item = Message>) -> Conversation {
    let placed = messages.into_iter().enumerate().map(|(n, message)| Message { span: span(n), ..message });
    Conversation { messages: placed.collect(), ..Conversation::default() }
}

fn span(message: usize) -> Span {
    Span::new(10 * message, 10 * message + 9)
}

/// Codes found, each with the number of the message it points at.
fn found(messages: impl IntoIterator<Item = Message>) -> Vec<(Code, usize)> {
    check(&conversation(messages)).iter().map(|finding| (finding.code, finding.span.start / 10)).collect()
}

fn user(text: &str) -> Message {
    Message::new(Role::User, text)
}

fn assistant(text: &str) -> Message {
    Message::new(Role::Assistant, text)
}

fn labelled(role: Role, label: &str) -> Message {
    Message { label: Some(label.into()), ..Message::new(role, "words") }
}

fn named(message: Message, name: &str) -> Message {
    Message { name: Some(name.into()), ..message }
}

fn with_parts(role: Role, parts: impl IntoIterator<Item = Part>) -> Message {
    Message { role: Some(role), parts: parts.into_iter().collect(), ..Message::default() }
}

fn call(id: &str) -> Part {
    Part::ToolCall(
        ToolCall {
            id: Some(id.into()),
            name: "look".into(),
            arguments: Arguments::Absent,
            ..ToolCall::default()
        }
        .into(),
    )
}

fn result(id: &str) -> Part {
    Part::ToolResult(ToolResult { call_id: Some(id.into()), ..ToolResult::default() }.into())
}

#[test]
fn a_good_conversation_has_no_findings() {
    let good = [
        Message::new(Role::System, "Be kind."),
        user("Where is my parcel?"),
        with_parts(Role::Assistant, [call("a"), call("b")]),
        with_parts(Role::Tool, [result("b")]),
        with_parts(Role::Tool, [result("a")]),
        assistant("At the depot."),
    ];
    assert_eq!(found(good), []);
}

#[test]
fn nothing_is_said_of_a_conversation_without_messages() {
    assert_eq!(found([]), []);
}

#[test]
fn empty_messages() {
    assert_eq!(
        found([user(""), assistant("yes")]),
        [(Code::NoQuestion, 0), (Code::EmptyMessage, 0)].sorted()
    );
    assert_eq!(found([user("a"), assistant("b"), user(" \n")]), [(Code::EmptyMessage, 2)]);
    assert_eq!(
        found([user("a"), assistant("b"), with_parts(Role::User, [])]),
        [(Code::EmptyMessage, 2)],
        "a message without parts"
    );
    assert_eq!(found([user("a"), assistant("b"), Message::new(Role::Tool, "")]), [], "a tool may be silent");
    assert_eq!(found([user("a"), with_parts(Role::Assistant, [call("1")])]), [], "a call says something");
    let withheld = Reasoning { signature: Some("c2ln".into()), ..Reasoning::default() };
    assert_eq!(found([user("a"), with_parts(Role::Assistant, [Part::Reasoning(withheld.into())])]), []);
    let nothing = Part::Reasoning(Box::default());
    assert_eq!(
        found([user("a"), assistant("b"), user("c"), with_parts(Role::Assistant, [nothing])]),
        [(Code::EmptyMessage, 3)]
    );
}

#[test]
fn missing_halves_of_a_conversation() {
    assert_eq!(found([user("a")]), [(Code::NoAnswer, 0)]);
    assert_eq!(found([assistant("a")]), [(Code::NoQuestion, 0)]);
    assert_eq!(
        found([Message::new(Role::System, "a"), Message::new(Role::Developer, "b")]),
        [(Code::NoQuestion, 0), (Code::NoAnswer, 1)]
    );
    assert_eq!(found([user("a"), assistant("")]), [(Code::EmptyMessage, 1), (Code::NoAnswer, 1)].sorted());
    let open = |name| named(Message { role: None, ..user("words") }, name);
    assert_eq!(found([open("Ann"), open("Bo")]), [], "somebody with an open role may be the one");
    assert_eq!(found([user("a"), Message::new(Role::from_name("critic"), "b")]), []);
}

#[test]
fn repeated_roles() {
    let repeated = [(Code::RepeatedRole, 1)];
    assert_eq!(found([user("a"), user("b"), assistant("c")]), repeated);
    assert_eq!(found([assistant("a"), assistant("b"), user("c")]), repeated);
    assert_eq!(found([user("a"), user("b"), user("c"), assistant("d")]).len(), 2, "each is reported");
    assert_eq!(found([named(user("a"), "Ann"), named(user("b"), "Bo"), assistant("c")]), [], "two people");
    let calls = [user("a"), with_parts(Role::Assistant, [call("1")]), assistant("b")];
    assert_eq!(found(calls), [], "a call and the words after it are one answer");
    let tools = [user("a"), Message::new(Role::Tool, "1"), Message::new(Role::Tool, "2"), assistant("b")];
    assert_eq!(found(tools), [], "tools answer one after the other");

    let finding = check(&conversation([user("a"), user("b"), assistant("c")])).remove(0);
    assert_eq!(finding.message, "two messages of the user follow each other");
    assert_eq!(finding.related[0].0, span(0));
}

#[test]
fn instructions_come_first() {
    let late = Message::new(Role::System, "Be kind.");
    assert_eq!(found([late.clone(), late.clone(), user("a"), assistant("b")]), []);
    assert_eq!(found([user("a"), late.clone(), assistant("b")]), [(Code::SystemNotFirst, 1)]);
    assert_eq!(
        found([user("a"), assistant("b"), Message::new(Role::Developer, "c")]),
        [(Code::SystemNotFirst, 2)]
    );
    assert_eq!(found([Message::new(Role::Tool, "t"), late, user("a"), assistant("b")]), []);
}

#[test]
fn results_answer_earlier_calls() {
    let asked = || [user("a"), with_parts(Role::Assistant, [call("1")])];
    let tool = |id| with_parts(Role::Tool, [result(id)]);
    assert_eq!(found(asked().into_iter().chain([tool("1"), tool("1")])), []);
    assert_eq!(found(asked().into_iter().chain([tool("2")])), [(Code::OrphanToolResult, 2)]);
    assert_eq!(
        found([tool("1")].into_iter().chain(asked())),
        [(Code::OrphanToolResult, 0)],
        "before its call"
    );
    let nameless = with_parts(Role::Tool, [Part::ToolResult(Box::default())]);
    assert_eq!(found(asked().into_iter().chain([nameless])), [], "without an id there is nothing to compare");
}

#[test]
fn mixed_labels() {
    let human = || labelled(Role::User, "Human");
    let ai = || labelled(Role::Assistant, "AI");
    assert_eq!(found([user("a"), ai(), user("b"), ai()]), [], "one word for each role");
    assert_eq!(found([user("a"), ai(), human(), ai(), human(), ai()]), [(Code::MixedLabels, 2)], "said once");
    assert_eq!(
        found([human(), ai(), labelled(Role::User, "Customer"), ai(), user("a")]),
        [(Code::MixedLabels, 2), (Code::MixedLabels, 4)],
        "once for each further word"
    );
    assert_eq!(found([human(), ai(), labelled(Role::User, "HUMAN"), ai()]), [], "case is not a word");
    assert_eq!(found([labelled(Role::User, "Клиент"), ai(), labelled(Role::User, "клиент"), ai()]), []);
    let agent = |name| named(labelled(Role::Assistant, "Agent"), name);
    assert_eq!(found([user("a"), agent("Smith"), user("b"), agent("Jones")]), [], "names are no labels");
    assert_eq!(found([user("a"), agent("Smith"), user("b"), named(assistant("c"), "Bob")]), []);

    let finding = check(&conversation([user("a"), ai(), human(), ai()])).remove(0);
    assert_eq!(finding.message, "`Human` and `User` both name the user");
}

#[test]
fn instants_run_forwards() {
    let at = |time: &str, message: Message| Message {
        timestamp: Some(chrono::DateTime::parse_from_rfc3339(time).unwrap()),
        ..message
    };
    let (early, late) = ("2025-01-20T14:30:00Z", "2025-01-20T16:30:00+01:00");
    assert_eq!(found([at(early, user("a")), at(early, assistant("b")), at(late, user("c"))]), []);
    assert_eq!(found([at(late, user("a")), at(early, assistant("b"))]), [(Code::TimestampsBackwards, 1)]);
    assert_eq!(
        found([at(late, user("a")), assistant("b"), at(early, user("c"))]),
        [(Code::TimestampsBackwards, 2)],
        "messages without a time are passed over"
    );
    assert_eq!(found([read_at("14:30", user("a")), at(early, assistant("b"))]), [], "not of one kind");
}

fn read_at(time: &str, mut message: Message) -> Message {
    message.details_mut().time = Some(time.into());
    message
}

#[test]
fn clocks_run_forwards_but_for_midnight() {
    for (then, now, backwards) in [
        ("12:03", "12:02", true),
        ("12:03", "12:03", false),
        ("12:02", "12:03", false),
        ("23:58", "00:01", false),
        ("23:58:00", "00:01:00", false),
        ("12:03:09", "12:03:08", true),
        ("00:03.608", "00:03.5", true),
        ("00:03.5", "00:03.608", false),
        ("00:03.5", "00:03.49", true),
        ("00:03.05", "00:03.5", false),
        ("00:03.05", "00:03.049", true),
        ("00:03.5", "00:03.5000", false),
        ("00:03.5", "00:03.+1", false),
        ("00:00:03,608", "00:00:03,607", true),
        (" 75:10 ", "75:09", true),
        ("59:58", "1:00:02", false),
        ("1:00:02", "59:58", false),
        ("yesterday", "12:02", false),
        ("12:03", "12:", false),
        ("12:03", "12", false),
        ("1:2:3:4", "1:2:3:3", false),
        ("9999:00", "0000:00", false),
    ] {
        let findings = found([read_at(then, user("a")), read_at(now, assistant("b"))]);
        assert_eq!(
            findings == [(Code::TimestampsBackwards, 1)],
            backwards,
            "{then} then {now}: {findings:?}"
        );
    }
}

#[test]
fn findings_come_in_the_order_of_their_places_and_carry_the_severity_of_the_table() {
    let findings = check(&conversation([
        user("a"),
        user("b"),
        Message::new(Role::System, "c"),
        labelled(Role::User, "Human"),
        assistant(" "),
    ]));
    let places: Vec<_> = findings.iter().map(|finding| finding.span).collect();
    assert!(places.is_sorted(), "{findings:?}");
    assert!(findings.iter().all(|finding| finding.severity == finding.code.info().severity));
    assert!(findings.iter().any(|finding| finding.severity == Severity::Info));
    assert!(findings.iter().all(|finding| !finding.message.contains('{')), "every placeholder is filled");
}

/// Findings at one place come in the order of the table of codes.
trait Sorted {
    fn sorted(self) -> Self;
}

impl<const N: usize> Sorted for [(Code, usize); N] {
    fn sorted(mut self) -> Self {
        self.sort_by_key(|&(code, place)| (place, code));
        self
    }
}
