//! `turnwise convert`.

use crate::{CHAT, Folder, messages, turnwise};
use std::fs;

const WITH_TITLE: &str = r#"{"title": "Holiday", "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes"}]}"#;

#[test]
fn there_and_back() {
    let canonical = turnwise(&["convert", "--to", "canonical"], CHAT);
    assert_eq!(canonical.code, 0, "{}", canonical.err);
    assert_eq!(canonical.out, turnwise(&["normalize"], CHAT).out);
    let text = turnwise(&["convert", "--to", "text"], &canonical.out);
    assert_eq!(text.code, 0, "{}", text.err);
    let again = turnwise(&["normalize"], &text.out);
    let contents = |run: &crate::Run| {
        let found = run.json_lines();
        let owned = |(role, content): (&str, &str)| (role.to_owned(), content.to_owned());
        messages(&found[0]).into_iter().map(owned).collect::<Vec<_>>()
    };
    assert_eq!(contents(&again), contents(&canonical));
}

#[test]
fn what_does_not_fit_is_told() {
    let run = turnwise(&["convert", "--to", "text"], WITH_TITLE);
    assert_eq!(run.code, 0, "a loss is no error unless it is forbidden");
    assert!(run.err.contains("warning[not-representable]"), "{}", run.err);
    assert!(run.out.contains("hi") && run.out.contains("yes"));
}

#[test]
fn strict_writes_all_or_nothing() {
    let folder = Folder::new("convert_strict");
    let target = folder.path("out.txt");
    let run = turnwise(&["convert", "--to", "text", "--strict", "-o", &target], WITH_TITLE);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("not-representable"), "{}", run.err);
    assert_eq!(folder.names(), [""; 0]);
    let run = turnwise(&["convert", "--to", "text", "--strict"], WITH_TITLE);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    let kept = folder.file("kept", "old");
    assert_eq!(turnwise(&["convert", "--to", "text", "--strict", "-o", &kept], WITH_TITLE).code, 1);
    assert_eq!(fs::read_to_string(&kept).expect("the file"), "old");
    let run = turnwise(&["convert", "--to", "canonical", "--strict"], WITH_TITLE);
    assert_eq!((run.code, run.json_lines().len()), (0, 1), "{}", run.err);
}

#[test]
fn several_conversations_in_one_text() {
    let folder = Folder::new("convert_several");
    let (first, second) = (folder.file("a", CHAT), folder.file("b", CHAT));
    let run = turnwise(&["convert", "--to", "canonical", &first, &second], "");
    assert_eq!((run.code, run.json_lines().len()), (0, 2));
    let run = turnwise(&["convert", "--to", "text", &first, &second], "");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("where a new conversation begins"), "{}", run.err);
    assert_eq!(run.out.matches("User: hi there").count(), 2, "{}", run.out);
    assert!(run.out.contains("hello\n\n"), "{}", run.out);
    assert_eq!(turnwise(&["convert", "--to", "text", "--strict", &first, &second], "").code, 1);
}

#[test]
fn conversations_in_json_are_a_line_each() {
    let folder = Folder::new("convert_lines");
    let both = [WITH_TITLE, WITH_TITLE].join("\n");
    let files = [folder.file("a", CHAT), folder.file("b", both)];
    for format in turnwise::FORMATS.iter().filter(|row| row.writable()) {
        if ["text", "markdown"].contains(&format.name) {
            continue;
        }
        let run = turnwise(&["convert", "--to", format.name, &files[0], &files[1]], "");
        assert_eq!((run.code, run.json_lines().len()), (0, 3), "{}: {}", format.name, run.err);
        let again = turnwise(&["normalize"], &run.out);
        assert_eq!(again.json_lines().len(), 3, "{}: {}", format.name, run.out);
    }
}

#[test]
fn a_bad_file_between() {
    let folder = Folder::new("convert_bad");
    let (first, last) = (folder.file("a", CHAT), folder.file("b", CHAT));
    let run = turnwise(&["convert", "--to", "canonical", &first, &folder.path("missing"), &last], "");
    assert_eq!((run.code, run.json_lines().len()), (2, 2));
}
