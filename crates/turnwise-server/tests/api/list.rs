//! Lists: paging, filters, search.

use crate::support::{Running, start};
use serde_json::{Value, json};

fn filled() -> Running {
    let server = start();
    for index in 0..25 {
        let status = ["active", "in_progress", "completed", "abandoned"][index % 4];
        let agent = ["alpha", "beta"][index % 2];
        let content = format!("number {index} Straße 100% _x");
        server.create(&json!({
            "agentId": agent, "status": status, "title": format!("Title {index}"),
            "messages": [{"role": "user", "content": content}],
        }));
    }
    server
}

fn titles(server: &Running, query: &str) -> (Vec<String>, Value) {
    let mut list = server.get(&format!("/api/v1/conversations?{query}")).json();
    assert_eq!(list["success"], true);
    let titles = list["data"].as_array().unwrap().iter();
    (titles.map(|item| item["title"].as_str().unwrap().to_owned()).collect(), list["pagination"].take())
}

#[test]
fn the_latest_come_first_a_page_at_a_time() {
    let server = filled();
    let (first, pagination) = titles(&server, "");
    assert_eq!((first.len(), first[0].as_str()), (20, "Title 24"));
    assert_eq!(pagination, json!({"total": 25, "limit": 20, "offset": 0}));
    let (rest, pagination) = titles(&server, "limit=10&offset=20");
    assert_eq!(rest, ["Title 4", "Title 3", "Title 2", "Title 1", "Title 0"]);
    assert_eq!(pagination, json!({"total": 25, "limit": 10, "offset": 20}));
    assert_eq!(titles(&server, "offset=1000").0.len(), 0);
    assert_eq!(server.get("/api/v1/runs?limit=3").json()["data"].as_array().unwrap().len(), 3);
}

#[test]
fn filters_go_together() {
    let server = filled();
    assert_eq!(titles(&server, "agentId=alpha").1["total"], 13);
    assert_eq!(titles(&server, "status=active").1["total"], 13, "in_progress is the same");
    assert_eq!(titles(&server, "status=completed&agentId=beta").1["total"], 0);
    assert_eq!(
        titles(&server, "status=abandoned&agentId=beta&search=NUMBER%201").0,
        ["Title 19", "Title 15", "Title 11"]
    );
    assert_eq!(titles(&server, "agentId=gamma").1["total"], 0);
}

#[test]
fn search_is_for_text_and_not_for_patterns() {
    let server = filled();
    for (search, total) in [
        ("title%2017", 1),
        ("STRA%C3%9FE", 25),
        ("100%25", 25),
        ("_x", 25),
        ("__", 0),
        ("%25", 25),
        ("1%25", 0),
    ] {
        assert_eq!(titles(&server, &format!("search={search}")).1["total"], total, "{search}");
    }
    let id = server.get("/api/v1/runs?limit=1").json()["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(titles(&server, &format!("search={id}")).1["total"], 1);
}

#[test]
fn a_list_holds_transcripts_but_long_ones() {
    let server = start();
    server.create(&json!({"content": format!("User: {}", "long ".repeat(20_000))}));
    server.create(&json!({"content": "User: short"}));
    let list = server.get("/api/v1/conversations").json();
    assert_eq!(list["data"][0]["content"], "User: short");
    assert_eq!(list["data"][1]["content"], Value::Null);
    assert!(list["data"][0].get("messages").is_none());
}

#[test]
fn what_cannot_be_asked_is_told() {
    let server = start();
    for query in ["limit=0", "limit=101", "status=done", "offset=9223372036854775808"] {
        assert_eq!(
            server.get(&format!("/api/v1/conversations?{query}")).error(422),
            "VALIDATION_FAILED",
            "{query}"
        );
    }
    for query in ["limit=x", "limit=-1", "offset=-1", "limit=1&limit=2", "limit=99999999999"] {
        assert_eq!(
            server.get(&format!("/api/v1/conversations?{query}")).error(400),
            "INVALID_REQUEST",
            "{query}"
        );
    }
}
