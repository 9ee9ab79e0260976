//! JSON of unknown shape in Protobuf: a `google.protobuf.Struct`.

use prost::Message;
use prost_types::value::Kind;
use prost_types::{ListValue, Struct};
use serde_json::{Map, Value};

pub fn to_binary(json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    Ok(to_struct(serde_json::from_slice(json)?).encode_to_vec())
}

fn to_struct(members: Map<String, Value>) -> Struct {
    Struct {
        fields: members
            .into_iter()
            .map(|(name, value)| (name, to_value(value)))
            .collect(),
    }
}

fn to_value(value: Value) -> prost_types::Value {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(value),
        Value::Number(value) => Kind::NumberValue(value.as_f64().unwrap_or(f64::NAN)),
        Value::String(value) => Kind::StringValue(value),
        Value::Array(elements) => Kind::ListValue(ListValue {
            values: elements.into_iter().map(to_value).collect(),
        }),
        Value::Object(members) => Kind::StructValue(to_struct(members)),
    };
    prost_types::Value { kind: Some(kind) }
}

/// Whether a Struct says what the JSON says.
pub fn is_same(json: &Map<String, Value>, written: &Struct) -> bool {
    json.len() == written.fields.len()
        && json.iter().all(|(name, value)| {
            let found = written.fields.get(name);
            found.is_some_and(|found| is_same_value(value, found))
        })
}

fn is_same_value(json: &Value, written: &prost_types::Value) -> bool {
    match (json, &written.kind) {
        (Value::Null, Some(Kind::NullValue(_))) => true,
        (Value::Bool(value), Some(Kind::BoolValue(found))) => value == found,
        (Value::Number(value), Some(Kind::NumberValue(found))) => value.as_f64() == Some(*found),
        (Value::String(value), Some(Kind::StringValue(found))) => value == found,
        (Value::Array(elements), Some(Kind::ListValue(found))) => {
            elements.len() == found.values.len()
                && elements
                    .iter()
                    .zip(&found.values)
                    .all(|(value, found)| is_same_value(value, found))
        }
        (Value::Object(members), Some(Kind::StructValue(found))) => is_same(members, found),
        _ => false,
    }
}
