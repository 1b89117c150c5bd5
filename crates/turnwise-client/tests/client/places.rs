//! Where requests go.

use proptest::prelude::*;
use turnwise_client::{Config, Core, Error, Family, ListQuery, Request, Target};

fn path(request: Request) -> String {
    request.path_and_query(Family::Conversations)
}

#[test]
fn every_endpoint_has_its_path() {
    let target = Target::new("conv_456");
    let query = ListQuery { agent_id: Some("a&b".into()), status: None, limit: Some(20), offset: Some(40) };
    let cases = [
        (Request::create("{}"), "/conversations"),
        (Request::append(&target, "{}").unwrap(), "/conversations/conv_456/messages"),
        (Request::get("conv_456").unwrap(), "/conversations/conv_456"),
        (Request::insights("conv_456").unwrap(), "/conversations/conv_456/insights"),
        (Request::list(&query), "/conversations?agentId=a%26b&limit=20&offset=40"),
        (Request::list(&ListQuery::default()), "/conversations"),
        (Request::agents(&query), "/agents?agentId=a%26b&limit=20&offset=40"),
        (Request::agent("agent_123").unwrap(), "/agents/agent_123"),
    ];
    for (request, expected) in cases {
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request, "it can be kept");
        assert_eq!(request.path_and_query(Family::Runs), expected.replace("/conversations", "/runs"));
        assert_eq!(path(request), expected);
    }
}

#[test]
fn what_cannot_be_a_segment_cannot_be_an_id() {
    for id in ["", ".", ".."] {
        assert!(matches!(Request::get(id), Err(Error::Invalid(_))), "{id:?}");
        assert!(matches!(Request::append(&id.into(), "{}"), Err(Error::Invalid(_))), "{id:?}");
    }
    assert_eq!(path(Request::get("a/b?c#d e%2F..").unwrap()), "/conversations/a%2Fb%3Fc%23d%20e%252F..");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_id_is_one_segment_and_reads_back(id in "\\PC{1,30}") {
        prop_assume!(id != "." && id != "..");
        let path = path(Request::get(&id).unwrap());
        let segment = path.strip_prefix("/conversations/").unwrap();
        prop_assert!(segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
        prop_assert_eq!(percent_encoding::percent_decode_str(segment).decode_utf8().unwrap(), id);
    }
}

#[test]
fn addresses_are_checked() {
    let with = |url: &str| {
        let mut config = Config::new("sk_test_1");
        config.base_url = url.into();
        Core::new(config)
    };
    for url in ["https://converra.ai/api/v1", "http://127.0.0.1:8080", "http://[::1]:80/api/v1//"] {
        assert!(with(url).is_ok(), "{url}");
    }
    for url in [
        "",
        "converra.ai",
        "ftp://converra.ai",
        "https://",
        "https:///api",
        "https://me:pw@host/",
        "http://h/?a",
        "http://h/ a",
    ] {
        let error = with(url).unwrap_err().to_string();
        assert!(!error.contains("pw"), "{error}");
    }
    for key in ["", " ", "sk\n1", "schlüssel"] {
        assert!(matches!(Core::new(Config::new(key)), Err(Error::Invalid(_))), "{key:?}");
    }
}
