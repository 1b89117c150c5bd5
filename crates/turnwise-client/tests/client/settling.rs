//! What became of an append, told from what the server shows.

use proptest::prelude::*;
use serde_json::{Value, json};
use turnwise_client::{Append, Response, Settled, Status, Stored, response, settle};

use crate::shell::{new, user};

fn messages(body: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(body).unwrap()["messages"].as_array().unwrap().clone()
}

fn stored(fields: Value) -> Stored {
    let mut object = json!({"id": "c"});
    object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    response::stored(&Response::new(200, object.to_string())).unwrap()
}

/// The ways a server may show messages.
fn shown(messages: &[Value], status: &str) -> [Stored; 2] {
    let content = json!({"messages": messages}).to_string();
    [
        stored(json!({"status": status, "messages": messages})),
        stored(json!({"status": status, "content": content})),
    ]
}

#[test]
fn what_is_shown_decides() {
    let first = messages(&new("first", Status::Active).body());
    let append = Append::new([user("a"), user("b")]).status(Status::Completed);
    let body = append.body();
    let mine = messages(&body);
    let other = messages(&Append::new([user("earlier")]).body());
    let all = [first.clone(), mine.clone()].concat();
    let half = [first.clone(), mine[..1].to_vec()].concat();
    let none = [first.clone(), other].concat();

    for stored in shown(&all, "completed") {
        assert_eq!(settle(&body, &stored), Settled::Applied);
    }
    for stored in shown(&half, "active") {
        let Settled::Missing(rest) = settle(&body, &stored) else { panic!("{stored:?}") };
        assert_eq!(messages(&rest), &mine[1..]);
        assert!(rest.ends_with(r#""status":"completed"}"#), "{rest}");
    }
    // Part of it is evidence enough, whatever else is shown.
    for stored in shown(&mine[..1], "active") {
        let Settled::Missing(rest) = settle(&body, &stored) else { panic!("{stored:?}") };
        assert_eq!(messages(&rest), &mine[1..]);
    }
    for stored in shown(&none, "active") {
        assert_eq!(settle(&body, &stored), Settled::Missing(body.clone()));
    }
    // Messages that arrived without the status that came with them.
    let Settled::Missing(rest) = settle(&body, &shown(&all, "in_progress")[0]) else { panic!("applied") };
    assert!(messages(&rest).is_empty());

    // Only the messages that it was created with: `messages` grows with appends, `content` may not.
    let [apart, content] = shown(&first, "active");
    assert_eq!(settle(&body, &apart), Settled::Missing(body.clone()));
    assert_eq!(settle(&body, &content), Settled::Unclear);
    // No messages at all.
    assert_eq!(settle(&body, &stored(json!({"messages": []}))), Settled::Missing(body.clone()));
}

#[test]
fn without_ids_nobody_can_tell() {
    let body = Append::new([user("a")]).body();
    let bare = json!([{"role": "user", "content": "a"}]);
    for fields in [
        json!({}),
        json!({"content": "User: a"}),
        json!({"content": json!({"messages": bare}).to_string()}),
        json!({"messages": bare}),
        json!({"messages": "odd", "content": 3}),
    ] {
        assert_eq!(settle(&body, &stored(fields.clone())), Settled::Unclear, "{fields}");
    }
    let shown = stored(json!({"messages": []}));
    for foreign in ["", "{}", r#"{"messages":[{"role":"user","content":"a"}]}"#, "[]", r#"{"messages":3}"#] {
        assert_eq!(settle(foreign, &shown), Settled::Unclear, "{foreign}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever part of an append is there, what is missing is the rest, in order.
    #[test]
    fn what_is_missing_completes_it(there in proptest::collection::vec(any::<bool>(), 1..12)) {
        let texts = (0..there.len()).map(|number| user(&number.to_string()));
        let body = Append::new(texts).body();
        let mine = messages(&body);
        let mut server = messages(&new("first", Status::Active).body());
        server.extend(mine.iter().zip(&there).filter(|(_, there)| **there).map(|(message, _)| message.clone()));
        match settle(&body, &shown(&server, "active")[0]) {
            Settled::Applied => prop_assert!(there.iter().all(|there| *there)),
            Settled::Missing(rest) => {
                let wanted: Vec<Value> = mine.iter().zip(&there).filter(|(_, there)| !**there).map(|(message, _)| message.clone()).collect();
                prop_assert!(!wanted.is_empty());
                prop_assert_eq!(messages(&rest), wanted);
            }
            Settled::Unclear => prop_assert!(false, "ids are shown"),
        }
    }
}
