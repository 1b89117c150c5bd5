//! The document describes what there is.

use crate::support::start;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    let server = start();
    let document = server.get("/openapi.json").json();
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{operation}");
            assert!(operation["responses"].get("200").is_some(), "{operation}");
        }
    }
    assert_eq!(names.len(), 23);
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

#[test]
fn both_families_are_described() {
    let server = start();
    let document = server.get("/openapi.json").json();
    let paths = document["paths"].as_object().unwrap();
    let of = |family: &str| paths.keys().filter_map(|path| path.strip_prefix(family)).collect::<Vec<_>>();
    assert_eq!(of("/api/v1/conversations"), of("/api/v1/runs"));
    assert_eq!(of("/api/v1/runs").len(), 5);
}
