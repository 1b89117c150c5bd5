//! What HTTP does: headers, limits, timeouts, compression, proxies, certificates.

use std::{io::Read, net::TcpListener, time::Duration};

use flate2::read::GzDecoder;
use turnwise_client::{Error, Family, Outcome, RetryPolicy, Status};

use crate::{
    raw::{CREATED, Raw, json},
    shell::{KEY, config, new, quick, shells},
};

#[test]
fn requests_say_who_they_are() {
    for number in 0..2 {
        let server = Raw::start(|_| json(200, "", CREATED));
        let client = &shells(&config(&server.url))[number];
        client.create(&new("Hi", Status::Active)).unwrap();
        client.get("conv_1").unwrap();
        let came = server.came();
        assert_eq!(came[0].line, "POST /api/v1/conversations HTTP/1.1");
        assert_eq!(came[1].line, "GET /api/v1/conversations/conv_1 HTTP/1.1");
        for request in &came {
            assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
            assert_eq!(request.header("user-agent"), Some(concat!("turnwise/", env!("CARGO_PKG_VERSION"))));
            assert_eq!(request.header("accept"), Some("application/json"));
        }
        assert_eq!(came[0].header("content-type"), Some("application/json"));
        assert_eq!((came[1].header("content-type"), came[1].body.len()), (None, 0));
    }
}

#[test]
fn an_address_may_end_in_a_slash() {
    let server = Raw::start(|_| json(200, "", CREATED));
    for client in shells(&config(&format!("{}//", server.url))) {
        client.get("conv_1").unwrap();
        assert_eq!(server.came().pop().unwrap().line, "GET /api/v1/conversations/conv_1 HTTP/1.1");
    }
}

#[test]
fn large_bodies_are_compressed_until_a_server_refuses() {
    for number in 0..2 {
        for refusal in [0, 400, 415] {
            let server = Raw::start(move |came| {
                let packed = came.header("content-encoding") == Some("gzip");
                if packed && refusal > 0 { json(refusal, "", "{}") } else { json(200, "", CREATED) }
            });
            let mut config = config(&server.url);
            config.gzip_from = Some(5000);
            let client = &shells(&config)[number];
            let large = new(&"a".repeat(10_000), Status::Active);
            let small = new("a", Status::Active);
            for new in [&large, &large, &small] {
                client.create(new).unwrap();
            }
            let came = server.came();
            let packed: Vec<_> = came.iter().map(|came| came.header("content-encoding").is_some()).collect();
            match refusal {
                0 => assert_eq!(packed, [true, true, false]),
                _ => assert_eq!(packed, [true, false, false, false], "it remembers"),
            }
            let mut unpacked = String::new();
            GzDecoder::new(came[0].body.as_slice()).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, large.body());
            assert!(came[0].body.len() < unpacked.len() / 10);
        }
    }
}

#[test]
fn a_bad_request_is_not_blamed_on_gzip() {
    let server = Raw::start(|came| {
        if came.body.len() < 100 {
            json(200, "", CREATED)
        } else {
            json(400, "", r#"{"error":{"code":"BAD"}}"#)
        }
    });
    for client in shells(&config(&server.url)) {
        let before = server.came().len();
        let large = new(&"a".repeat(50_000), Status::Active);
        for _ in 0..2 {
            let error = client.create(&large).unwrap_err();
            assert_eq!(error.refusal().unwrap().code.as_deref(), Some("BAD"));
        }
        let came = server.came().split_off(before);
        let packed: Vec<_> = came.iter().map(|came| came.header("content-encoding").is_some()).collect();
        assert_eq!(packed, [true, false, true, false], "plain did not help, so gzip goes on");
    }
}

#[test]
fn answers_have_a_limit() {
    let long = format!(r#"{{"id":"conv_1","title":"{}"}}"#, "x".repeat(100_000));
    let server = Raw::start(move |_| json(200, "", &long));
    let mut settings = config(&server.url);
    settings.max_response = 50_000;
    settings.retry = RetryPolicy::none();
    for client in shells(&settings) {
        assert_eq!(client.get("conv_1"), Err(Error::TooLarge { limit: 50_000 }), "{}", client.name());
    }
    for client in shells(&config(&server.url)) {
        assert_eq!(client.get("conv_1").unwrap().title.unwrap().len(), 100_000);
    }
}

#[test]
fn compressed_answers_are_limited_unpacked() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(
        &mut encoder,
        format!(r#"{{"id":"c","t":"{}"}}"#, "x".repeat(30 << 20)).as_bytes(),
    )
    .unwrap();
    let packed = encoder.finish().unwrap();
    assert!(packed.len() < 50_000);
    let server = Raw::start(move |_| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            packed.len()
        );
        [head.as_bytes(), &packed].concat()
    });
    for client in shells(&config(&server.url)) {
        assert!(matches!(client.get("c"), Err(Error::TooLarge { .. })), "{}", client.name());
    }
}

#[test]
fn what_never_answers_times_out() {
    // Connections wait in the backlog: nobody accepts them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut settings = config(&format!("http://{}", listener.local_addr().unwrap()));
    settings.timeout = Duration::from_millis(50);
    settings.retry = quick(2);
    for client in shells(&settings) {
        assert_eq!(client.get("c"), Err(Error::Timeout { connecting: false }), "{}", client.name());
    }
}

#[test]
fn an_answer_that_does_not_end_times_out() {
    let server = Raw::start(|_| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\":".to_vec();
        // The connection closes only after the caller has given up.
        head
    });
    let mut settings = config(&server.url);
    settings.retry = RetryPolicy::none();
    for client in shells(&settings) {
        let error = client.get("c").unwrap_err();
        assert!(
            matches!(error, Error::Lost(_)) && error.outcome() == Outcome::Unknown,
            "{}: {error:?}",
            client.name()
        );
    }
}

#[test]
fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for client in shells(&config(&url)) {
        let error = client.create(&new("Hi", Status::Active)).unwrap_err();
        assert!(matches!(error, Error::Connect(_)), "{}: {error:?}", client.name());
        assert_eq!((error.is_retryable(), error.outcome()), (true, Outcome::NotApplied));
    }
}

#[test]
fn what_stands_in_one_place_is_asked_for_once() {
    let server = Raw::start(|_| json(404, "", "{}"));
    let client = turnwise_client::blocking::Client::new(config(&server.url)).unwrap();
    let error = client.agent("a").unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
    assert_eq!(server.came().len(), 1, "agents have one path, conversations two");
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Raw::start(|_| json(200, "", CREATED));
    let location = elsewhere.url.clone();
    let server = Raw::start(move |_| json(307, &format!("Location: {location}\r\n"), "{}"));
    for client in shells(&config(&server.url)) {
        let error = client.create(&new("Hi", Status::Active)).unwrap_err();
        assert_eq!(error, Error::Redirected { status: 307, location: Some(elsewhere.url.clone()) });
    }
    assert_eq!((server.came().len(), elsewhere.came().len()), (2, 0), "the key went nowhere else");
}

#[test]
fn links_are_followed_on_their_own_server_only() {
    let elsewhere = Raw::start(|_| json(200, "", CREATED));
    let theirs = format!("{}/conversations/conv_1/messages", elsewhere.url);
    for href in ["/v9/threads/conv_1/add", theirs.as_str()] {
        let created =
            format!(r#"{{"id":"conv_1","_links":{{"appendMessages":{{"href":"{href}","method":"POST"}}}}}}"#);
        let server = Raw::start(move |_| json(200, "", &created));
        for client in shells(&config(&server.url)) {
            let created = client.create(&new("Hi", Status::Active)).unwrap();
            client.append(&(&created).into(), &new("x", Status::Active).to_append()).unwrap();
            let line = server.came().pop().unwrap().line;
            let followed = if href.starts_with('/') { href } else { "/api/v1/conversations/conv_1/messages" };
            assert_eq!(line, format!("POST {followed} HTTP/1.1"));
        }
    }
    assert!(elsewhere.came().is_empty());
}

#[test]
fn a_link_that_leads_nowhere_is_given_up() {
    let server =
        Raw::start(
            |came| {
                if came.line.contains("/gone") { json(404, "", "{}") } else { json(200, "", CREATED) }
            },
        );
    let mut target = turnwise_client::Target::new("conv_1");
    target.link = Some(turnwise_client::Link::new("/gone"));
    for client in shells(&config(&server.url)) {
        client.append(&target, &new("x", Status::Active).to_append()).unwrap();
    }
    assert_eq!(server.came().len(), 4);
}

#[test]
fn proxies_are_used() {
    // Over plain HTTP, a proxy either gets the whole address or is asked for a tunnel.
    let proxy = Raw::start(|came| {
        if came.line.starts_with("CONNECT") {
            b"HTTP/1.1 403 No\r\n\r\n".to_vec()
        } else {
            json(200, "", CREATED)
        }
    });
    let mut settings = config("http://converra.invalid/api/v1");
    let address = proxy.url.trim_end_matches("/api/v1").to_owned();
    settings.proxy = Some(address.into());
    settings.retry = RetryPolicy::none();
    for client in shells(&settings) {
        _ = client.get("c");
        let line = proxy.came().pop().unwrap().line;
        let asked = [
            "CONNECT converra.invalid:80 HTTP/1.1",
            "GET http://converra.invalid/api/v1/conversations/c HTTP/1.1",
        ];
        assert!(asked.contains(&line.as_str()), "{}: {line}", client.name());
    }
    settings.proxy = Some("nonsense://user:secret@".to_owned().into());
    let error = turnwise_client::blocking::Client::new(settings).unwrap_err();
    assert!(matches!(&error, Error::Invalid(_)) && !format!("{error:?}").contains("secret"));
}

#[test]
fn the_other_family_is_tried_once_and_remembered() {
    for number in 0..2 {
        let server = Raw::start(|came| {
            if came.line.contains("/runs") {
                json(200, "", CREATED)
            } else {
                json(404, "", r#"{"error":{"code":"GONE"}}"#)
            }
        });
        let client = &shells(&config(&server.url))[number];
        client.get("conv_1").unwrap();
        client.create(&new("Hi", Status::Active)).unwrap();
        let lines: Vec<_> = server.came().into_iter().map(|came| came.line).collect();
        let paths = ["GET /api/v1/conversations/conv_1", "GET /api/v1/runs/conv_1", "POST /api/v1/runs"];
        assert_eq!(lines, paths.map(|path| format!("{path} HTTP/1.1")));
    }
}

#[test]
fn a_server_may_change_its_family() {
    let server = turnwise_faults::Server::start(turnwise_faults::Plan::healthy()).unwrap();
    for client in shells(&config(&server.url())) {
        for family in [
            turnwise_faults::Family::Conversations,
            turnwise_faults::Family::Runs,
            turnwise_faults::Family::Both,
        ] {
            server.set_plan(turnwise_faults::Plan::healthy().family(family));
            client.create(&new("Hi", Status::Active)).unwrap();
        }
    }
}

#[test]
fn what_neither_family_knows_is_not_found() {
    let server =
        Raw::start(
            |came| {
                if came.line.contains("conv_1") { json(200, "", CREATED) } else { json(404, "", "{}") }
            },
        );
    for family in [Family::Conversations, Family::Runs] {
        let mut settings = config(&server.url);
        settings.family = family;
        for client in shells(&settings) {
            let before = server.came().len();
            assert!(matches!(client.get("nope"), Err(Error::NotFound(_))));
            assert_eq!(server.came().len() - before, 2, "either may be the right one");
            client.get("conv_1").unwrap();
            assert!(matches!(client.get("nope"), Err(Error::NotFound(_))));
            assert_eq!(server.came().len() - before, 4, "now it is known");
        }
    }
}
