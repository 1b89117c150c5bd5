//! What the server says of itself: who it is, what it offers, and how that is to be used.

use crate::session::{Session, turnwise};
use jsonschema::validator_for;
use serde_json::{Value, json};

const READING: [&str; 4] =
    ["check_transcript", "convert_transcript", "detect_format", "normalize_transcript"];

fn tools(session: &mut Session) -> Vec<Value> {
    session.request("tools/list", json!({}))["result"]["tools"].as_array().unwrap().clone()
}

#[test]
fn it_says_who_it_is_and_when_to_use_what() {
    let mut session = Session::silent(&[]);
    let said = session.initialize();
    assert_eq!(said["serverInfo"]["name"], "turnwise");
    assert_eq!(said["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    let instructions = said["instructions"].as_str().unwrap();
    for tool in tools(&mut session) {
        let name = tool["name"].as_str().unwrap();
        assert!(instructions.contains(name), "the instructions say nothing of {name}");
    }
}

#[test]
fn every_tool_and_every_argument_is_described() {
    for tool in tools(&mut Session::open(&[])) {
        let name = tool["name"].as_str().unwrap();
        assert!(tool["title"].is_string() && tool["description"].is_string(), "{name}");
        let annotations = &tool["annotations"];
        assert_eq!(annotations["openWorldHint"], !READING.contains(&name), "{name}");
        for schema in ["inputSchema", "outputSchema"] {
            let schema = &tool[schema];
            assert_eq!(schema["type"], "object", "{name}");
            validator_for(schema).unwrap();
            for (field, property) in schema["properties"].as_object().unwrap() {
                assert!(property["description"].is_string(), "{name}: {field} is not described");
            }
        }
    }
}

#[test]
fn what_only_reads_says_so() {
    for tool in tools(&mut Session::open(&[])) {
        let writes = tool["name"] == "log_conversation";
        assert_eq!(tool["annotations"]["readOnlyHint"], !writes, "{tool}");
    }
}

#[test]
fn resources_are_what_the_command_prints() {
    let mut session = Session::open(&[]);
    let listed = session.request("resources/list", json!({}))["result"]["resources"].clone();
    let printed = [
        ("turnwise://formats", Some(["formats", "--json"].as_slice())),
        ("turnwise://codes", None),
        ("turnwise://schema/conversation", Some(&["schema"])),
    ];
    assert_eq!(listed.as_array().unwrap().len(), printed.len());
    for (uri, command) in printed {
        assert!(listed.as_array().unwrap().iter().any(|resource| resource["uri"] == uri));
        let read = session.request("resources/read", json!({ "uri": uri }))["result"]["contents"][0].clone();
        let text: Value = serde_json::from_str(read["text"].as_str().unwrap()).unwrap();
        if let Some(command) = command {
            let output = turnwise().args(command).output().unwrap().stdout;
            assert_eq!(text, serde_json::from_slice::<Value>(&output).unwrap(), "{uri}");
        }
    }
}

#[test]
fn a_finding_can_be_looked_up() {
    let mut session = Session::open(&[]);
    let templates = session.request("resources/templates/list", json!({}));
    assert_eq!(templates["result"]["resourceTemplates"][0]["uriTemplate"], "turnwise://codes/{code}");
    let read = session.request("resources/read", json!({ "uri": "turnwise://codes/ambiguous-boundary" }));
    assert!(read["result"]["contents"][0]["text"].as_str().unwrap().contains("explanation"));
    for uri in ["turnwise://codes/no-such-code", "turnwise://nothing", "file:///etc/passwd", ""] {
        let answer = session.request("resources/read", json!({ "uri": uri }));
        assert_eq!(answer["error"]["code"], -32002, "{uri}");
    }
}

#[test]
fn it_ends_with_its_input_and_logs_to_standard_error_only() {
    let mut session = Session::open(&[("TURNWISE_LOG", "debug")]);
    session.result("detect_format", json!({ "transcript": "User: hi\nAI: hello" }));
    let (code, errors) = session.end();
    assert_eq!(code, Some(0));
    assert!(errors.contains("DEBUG"), "{errors}");
    assert_eq!(Session::silent(&[]).end(), (Some(0), String::new()));
}

#[test]
fn clients_of_2026_need_no_session() {
    let mut session = Session::silent(&[]);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let said = session.request("server/discover", json!({ "_meta": meta }));
    assert!(said["result"]["instructions"].is_string(), "{said}");
    let arguments = json!({ "transcript": "User: hi\nAI: hello" });
    let call = json!({ "name": "detect_format", "arguments": arguments, "_meta": meta });
    let answer = session.request("tools/call", call);
    assert_eq!(answer["result"]["structuredContent"]["formats"][0]["format"], "text", "{answer}");
}
