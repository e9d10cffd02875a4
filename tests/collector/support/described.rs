//! Holds answers against the `OpenAPI` document that the server itself serves, for the part of JSON Schema that it
//! uses.

use std::sync::LazyLock;

use serde_json::Value;

use super::client::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
});

/// Panics where an answer is not one that the document describes. What no path and no method of the document asked
/// for must be refused with a problem.
pub(crate) fn check(method: &str, target: &str, answer: &Answer) {
    let path = target.split('?').next().unwrap();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let found = paths.iter().find(|(template, _)| fits(template, path));
    let media_type = answer.header("content-type").unwrap_or_default();
    let operation = found.and_then(|(_, operations)| operations.get(method.to_ascii_lowercase()));
    let Some(operation) = operation else {
        assert_eq!(answer.status, if found.is_some() { 405 } else { 404 });
        assert_eq!(media_type, "application/problem+json");
        return validate(
            &DOCUMENT["components"]["schemas"]["Problem"],
            &answer.json(),
            "problem",
        );
    };
    let place = format!("{method} {target}: {}", answer.status);
    let response = resolve(&operation["responses"][answer.status.to_string()]);
    assert!(
        response.is_object(),
        "{place} is not described: {}",
        answer.text()
    );
    let content = &response["content"][media_type];
    assert!(content.is_object(), "{place}: {media_type} is not described");
    if media_type.contains("json") {
        validate(&content["schema"], &answer.json(), &place);
    }
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let is_due = header["required"] == Value::Bool(true);
        assert!(
            !is_due || answer.header(&name.to_ascii_lowercase()).is_some(),
            "{place}: {name} is missing"
        );
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{place}");
    assert_eq!(
        answer.header("x-content-type-options"),
        Some("nosniff"),
        "{place}"
    );
}

fn fits(template: &str, path: &str) -> bool {
    let (due, found): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    due.len() == found.len()
        && due
            .iter()
            .zip(found)
            .all(|(due, found)| due.starts_with('{') || *due == found)
}

fn resolve(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(place) => resolve(DOCUMENT.pointer(place.strip_prefix('#').unwrap()).unwrap()),
        None => value,
    }
}

fn validate(schema: &Value, value: &Value, place: &str) {
    let schema = resolve(schema);
    for (keyword, due) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "type" => {
                let found = match value {
                    Value::Object(_) => "object",
                    Value::Array(_) => "array",
                    Value::String(_) => "string",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::Null => "null",
                };
                assert_eq!(due, found, "{place}");
            }
            "required" => {
                for name in due.as_array().unwrap() {
                    assert!(
                        value.get(name.as_str().unwrap()).is_some(),
                        "{place}: {name} is missing"
                    );
                }
            }
            "properties" => {
                for (name, schema) in due.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        validate(schema, member, &format!("{place}.{name}"));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(due, &Value::Bool(false));
                for name in value.as_object().unwrap().keys() {
                    assert!(
                        schema["properties"].get(name).is_some(),
                        "{place}: {name} is not described"
                    );
                }
            }
            "items" => {
                for item in value.as_array().unwrap() {
                    validate(due, item, &format!("{place}[]"));
                }
            }
            "maxItems" => assert!(
                value.as_array().unwrap().len() as u64 <= due.as_u64().unwrap(),
                "{place}"
            ),
            "minimum" => assert!(value.as_u64() >= due.as_u64(), "{place}"),
            "maximum" => assert!(value.as_u64() <= due.as_u64(), "{place}"),
            "enum" => assert!(due.as_array().unwrap().contains(value), "{place}: {value}"),
            "pattern" => {
                assert_eq!(due, r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$");
                let parts: Vec<_> = value.as_str().unwrap().split('.').collect();
                let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                assert!(
                    parts.len() == 3
                        && parts
                            .iter()
                            .all(|part| !part.is_empty() && part.bytes().all(plain))
                );
            }
            "description" => (),
            other => panic!("{place}: the keyword {other} is not checked"),
        }
    }
}
