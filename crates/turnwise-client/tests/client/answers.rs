//! What answers mean.

use std::time::{Duration, SystemTime};

use turnwise_client::{Error, Insights, Outcome, Response, Status, response};

/// A name for a kind of error.
type Named = (&'static str, fn(&Error) -> bool);

const NAMES: [Named; 6] = [
    ("unauthorized", |error| matches!(error, Error::Unauthorized(_))),
    ("not found", |error| matches!(error, Error::NotFound(_))),
    ("rate limited", |error| matches!(error, Error::RateLimited(_))),
    ("in progress", |error| matches!(error, Error::InProgress(_))),
    ("refused", |error| matches!(error, Error::Refused(_))),
    ("server", |error| matches!(error, Error::Server(_))),
];

#[test]
fn statuses_say_what_to_do() {
    use Outcome::{NotApplied, Unknown};
    let in_progress = r#"{"error":{"code":"IDEMPOTENCY_IN_PROGRESS","message":"m"}}"#;
    let mismatch = r#"{"error":{"code":"IDEMPOTENCY_MISMATCH","message":"m"}}"#;
    let cases = [
        (400, "", "refused", false, NotApplied),
        (401, "", "unauthorized", false, NotApplied),
        (403, "", "unauthorized", false, NotApplied),
        (404, "", "not found", false, NotApplied),
        (408, "", "server", true, NotApplied),
        (409, in_progress, "in progress", true, Unknown),
        (409, mismatch, "refused", false, NotApplied),
        (409, "", "refused", false, NotApplied),
        (413, "", "refused", false, NotApplied),
        (422, mismatch, "refused", false, NotApplied),
        (425, "", "server", true, NotApplied),
        (429, "", "rate limited", true, NotApplied),
        (500, "", "server", true, Unknown),
        (501, "", "server", false, Unknown),
        (502, "<html>", "server", true, Unknown),
        (503, "", "server", true, Unknown),
        (504, "", "server", true, Unknown),
    ];
    for (status, body, name, retryable, outcome) in cases {
        let error = response::created(&Response::new(status, body)).unwrap_err();
        let found = NAMES.iter().find(|(_, is)| is(&error)).map(|(name, _)| *name);
        assert_eq!(
            (found, error.is_retryable(), error.outcome()),
            (Some(name), retryable, outcome),
            "{status} {body}"
        );
        assert_eq!(error.status(), Some(status));
    }
}

#[test]
fn the_server_s_words_are_kept() {
    let long = "x".repeat(5000);
    let cases = [
        (
            r#"{"error":{"code":"UNAUTHORIZED","message":"Invalid API key"}}"#,
            Some("UNAUTHORIZED"),
            "Invalid API key",
        ),
        (r#"{"success":false,"error":{"message":"m"}}"#, None, "m"),
        (r#"{"error":"plain"}"#, None, "plain"),
        (r#"{"code":"C","message":"flat"}"#, Some("C"), "flat"),
        (r#"{"title":"t","detail":"problem"}"#, None, "problem"),
        ("<html>\n  <h1>502</h1>", None, "<html> <h1>502</h1>"),
        ("", None, ""),
        (long.as_str(), None, &format!("{}…", "x".repeat(200))),
    ];
    for (body, code, message) in cases {
        let error = Response::new(400, body).error().unwrap();
        let refusal = error.refusal().unwrap();
        assert_eq!((refusal.code.as_deref(), refusal.message.as_str()), (code, message));
    }
    let shown = Response::new(401, cases[0].0).error().unwrap().to_string();
    assert_eq!(shown, "the key was not accepted: 401 UNAUTHORIZED: Invalid API key");
}

#[test]
fn both_envelopes_are_read() {
    let flat = r#"{"id":"c","status":"active","createdAt":"2025-01-20T14:30:00Z","_links":{"appendMessages":{"href":"/x","method":"POST"}}}"#;
    let cases = [
        flat.to_owned(),
        format!(r#"{{"success":true,"data":{flat}}}"#),
        format!(r#"{{"id":"other","data":{flat}}}"#),
        flat.replace(r#""c""#, r#""c","data":null"#),
    ];
    for body in cases {
        let created = response::created(&Response::new(200, body)).unwrap();
        assert_eq!((created.id.as_str(), created.status), ("c", Some(Status::Active)));
        assert_eq!(created.append.unwrap().as_str(), "/x");
        assert!(created.created_at.is_some());
    }
    let numbered = response::created(&Response::new(201, r#"{"data":{"_id":42}}"#)).unwrap();
    assert_eq!(numbered.id, "42");
}

#[test]
fn answers_that_are_none_are_errors() {
    let invalid = |body: &str| response::created(&Response::new(200, body)).unwrap_err();
    let cases = [
        (r#"{"data":{"id":"#, "cut off"),
        ("", "cut off"),
        ("<!DOCTYPE html><p>hi", "not JSON"),
        (r#"{"data":{}}"#, "no id"),
        (r#"{"id":""}"#, "no id"),
        ("[1]", "no id"),
        ("null", "no id"),
    ];
    for (body, expected) in cases {
        let error = invalid(body);
        assert!(
            matches!(&error, Error::InvalidResponse { reason, .. } if *reason == expected),
            "{body}: {error}"
        );
        assert!(error.is_retryable() && error.outcome() == Outcome::Unknown);
    }
    assert!(matches!(invalid(r#"{"success":false,"error":{"message":"m"}}"#), Error::Refused(_)));
    let error = response::created(&Response::new(200, vec![0xff])).unwrap_err();
    assert!(matches!(error, Error::InvalidResponse { reason: "not UTF-8", .. }));
    let deep = "[".repeat(1 << 20);
    assert!(response::created(&Response::new(200, deep)).is_err());
}

#[test]
fn an_append_needs_no_answer() {
    for body in ["", "{}", r#"{"success":true}"#, "null"] {
        assert_eq!(response::appended(&Response::new(200, body)), Ok(()), "{body}");
        assert_eq!(response::appended(&Response::new(204, body)), Ok(()), "{body}");
    }
    assert!(response::appended(&Response::new(200, "<html>")).is_err());
    assert!(response::appended(&Response::new(200, r#"{"success":false}"#)).is_err());
}

#[test]
fn redirects_are_errors() {
    let mut response = Response::new(307, "");
    response.location = Some("http://elsewhere/".into());
    let error = response.error().unwrap();
    assert!(matches!(error, Error::Redirected { status: 307, .. }) && !error.is_retryable(), "{error}");
    assert_eq!(error.outcome(), Outcome::NotApplied);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let cases = [
        ("0", Some(0)),
        (" 7 ", Some(7)),
        ("Mon, 20 Jan 2025 14:30:09 GMT", Some(9)),
        ("Mon, 20 Jan 2025 14:29:00 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("99999999999999999999999", None),
    ];
    for (header, expected) in cases {
        let mut response = Response::new(429, "");
        response.retry_after = Some(header.into());
        response.date = Some("Mon, 20 Jan 2025 14:30:00 GMT".into());
        assert_eq!(response.retry_after(), expected.map(Duration::from_secs), "{header}");
        assert_eq!(response.error().unwrap().retry_after(), response.retry_after());
    }
    let mut response = Response::new(429, "");
    response.received = SystemTime::UNIX_EPOCH;
    response.retry_after = Some("Thu, 01 Jan 1970 00:00:05 GMT".into());
    assert_eq!(
        response.retry_after(),
        Some(Duration::from_secs(5)),
        "by the caller's clock where there is no other"
    );
}

#[test]
fn insights_are_ready_or_not() {
    let read = |body: &str| response::insights(&Response::new(200, body));
    let ready = r#"{"data":{"id":"i","conversationId":"c","title":"T","executiveSummary":"S","keywords":["k"],
        "metrics":{"qualityScore":{"value":82.5,"benchmark":75},"objectiveMultiplier":1,"odd":null}}}"#;
    let Insights::Ready(report) = read(ready).unwrap() else { panic!("not ready") };
    assert_eq!((report.title.as_deref(), report.summary.as_deref()), (Some("T"), Some("S")));
    assert_eq!(report.keywords, ["k"]);
    let figures: Vec<_> =
        report.metrics.iter().map(|(name, metric)| (name.as_str(), metric.value, metric.benchmark)).collect();
    assert_eq!(figures, [("qualityScore", 82.5, Some(75.0)), ("objectiveMultiplier", 1.0, None)]);

    let old =
        r#"{"conversationId":"c","sentiment":"positive","sentimentScore":0.82,"topics":["t"],"summary":"S"}"#;
    let Insights::Ready(report) = read(old).unwrap() else { panic!("not ready") };
    assert_eq!((report.summary.as_deref(), report.metrics.len()), (Some("S"), 1));

    let not_yet = |word: &str| {
        read(&format!(r#"{{"data":{{"status":"{word}","reason":"r","retryCount":2}}}}"#)).unwrap()
    };
    assert!(matches!(not_yet("pending"), Insights::Pending(why) if why.retry_count == Some(2)));
    assert!(matches!(not_yet("skipped"), Insights::Skipped(why) if why.reason.as_deref() == Some("r")));
    assert!(matches!(not_yet("failed"), Insights::Failed(_)));
    assert!(matches!(read(r#"{"status":"completed"}"#), Err(Error::InvalidResponse { .. })));
}

#[test]
fn stored_conversations_are_read_from_either_field() {
    let messages =
        r#"{"id":"c","promptId":"p","status":"in_progress","messages":[{"role":"user","content":"Hi"}]}"#;
    let json = r#"{"id":"c","content":"{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"}"#;
    let text = r#"{"id":"c","messages":[],"content":"User: Hi\nAI: Hello"}"#;
    for body in [messages, json, text] {
        let stored = response::stored(&Response::new(200, body)).unwrap();
        assert_eq!(stored.conversation().unwrap().messages[0].text(), "Hi", "{body}");
        assert_eq!(stored.raw, body);
    }
    let stored = response::stored(&Response::new(200, messages)).unwrap();
    assert_eq!((stored.agent_id.as_deref(), stored.status), (Some("p"), Some(Status::InProgress)));
}
