//! All vectors: byte for byte through the kernel, and through the messages of prost.

#![cfg(feature = "messages")]

mod support;

use std::fs;
use std::path::Path;

use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;
use stepwire::{Error, Mode};
use support::{Case, cases, check_all, rewrite};

const MODES: [Mode; 3] = [Mode::Strict, Mode::Preserve, Mode::Archive];

/// The codes for messages that are not malformed.
const OF_MESSAGES: [&str; 4] = [
    "missing_member",
    "unknown_value",
    "not_representable",
    "invalid_residue",
];

/// prost leaves out a double that is -0, which it takes for the 0 that needs no field. So it
/// writes 0 for it. Each has to fail really.
const DEVIATIONS: [&str; 2] = [
    "numbers: -0 as double, required and optional",
    "numbers: -0.0 as double, required and optional",
];

/// The kernel stops at one of the violations, and at the very one if there is just one.
fn check_refusal(case: &Case, error: &Error, violations: &[&Value]) -> Result<(), String> {
    let Some(met) = error.violation() else {
        return Err(format!("{error:?}"));
    };
    if case.is_from_binary() && violations[0]["code"] == "malformed_binary" {
        // The first violation may hide malformed bytes after it (docs/kernel-abi.md).
        let is_one =
            met.code.as_str() == "malformed_binary" || OF_MESSAGES.contains(&met.code.as_str());
        return if is_one {
            Ok(())
        } else {
            Err(error.to_string())
        };
    }
    let is_met = |violation: &&&Value| {
        violation["code"] == met.code.as_str()
            && violation["pointer"] == met.pointer.as_str()
            && (case.is_from_binary()
                || violation.get("offset").and_then(Value::as_u64) == met.offset.map(|n| n as u64))
    };
    match violations.iter().find(is_met) {
        Some(_) => Ok(()),
        None => Err(format!("{met}, not {violations:?}")),
    }
}

fn check_equal(found: &[u8], expected: &[u8]) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let text = String::from_utf8_lossy;
    Err(format!("{:?}, not {:?}", text(found), text(expected)))
}

#[test]
fn json_to_binary() {
    let cases = cases();
    check_all(cases.iter().filter(|case| !case.is_from_binary()), |case| {
        for mode in MODES {
            let violations = case.violations(mode);
            match case.converter(mode).to_binary(&case.json()) {
                Err(error) if !violations.is_empty() => {
                    check_refusal(case, &error, &violations)?;
                }
                Ok(binary) if violations.is_empty() => {
                    check_equal(&binary, &case.bytes("binary").unwrap())?;
                }
                other => return Err(format!("{mode:?}: {other:?}")),
            }
        }
        Ok(())
    });
}

#[test]
fn its_binary_to_json() {
    let cases = cases();
    check_all(
        cases.iter().filter(|case| case.text("binary").is_some()),
        |case| {
            let binary = case.bytes("binary").unwrap();
            match case.converter(Mode::Preserve).to_json(&binary) {
                Ok(json) => check_equal(&json, case.text("output").unwrap().as_bytes()),
                Err(error) => Err(error.to_string()),
            }
        },
    );
}

#[test]
fn binary_to_json() {
    let cases = cases();
    check_all(cases.iter().filter(|case| case.is_from_binary()), |case| {
        let violations = case.violations(Mode::Preserve);
        let binary = case.bytes("fromBinary").unwrap();
        match case.converter(Mode::Preserve).to_json(&binary) {
            Err(error) if !violations.is_empty() => check_refusal(case, &error, &violations),
            Ok(json) if violations.is_empty() => {
                check_equal(&json, case.text("output").unwrap().as_bytes())
            }
            other => Err(format!("{other:?}")),
        }
    });
}

/// prost reads each message and writes it again; the ProtoJSON of both is the vector's.
/// prost itself has none, so that of prost-reflect is taken.
#[test]
fn messages() {
    let descriptors = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stepwire.binpb");
    let descriptors = fs::read(descriptors).expect("`pnpm generate:rust` writes it");
    let pool = DescriptorPool::decode(descriptors.as_slice()).unwrap();
    let cases = cases();
    let with_message = cases
        .iter()
        .filter(|case| case.members.get("message").is_some());
    check_all(with_message, |case| {
        let binary = case.bytes("binary").or_else(|| case.bytes("fromBinary"));
        let binary = binary.unwrap();
        let again = rewrite(case.schema(), &binary);
        let again = again.map_err(|error| error.to_string())?;
        for bytes in [binary, again] {
            let descriptor = pool.get_message_by_name(case.schema()).unwrap();
            let message = DynamicMessage::decode(descriptor, bytes.as_slice());
            let message = message.map_err(|error| error.to_string())?;
            let proto_json = serde_json::to_value(&message).unwrap();
            let is_equal =
                numbers_as_floats(&proto_json) == numbers_as_floats(&case.members["message"]);
            if is_equal == DEVIATIONS.contains(&case.id.as_str()) {
                return Err(format!("{proto_json}, not {}", case.members["message"]));
            }
        }
        Ok(())
    });
}

/// Libraries spell one number as 1, 1.0 or 1e0.
fn numbers_as_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| {
            // There is no -0 in JSON as JavaScript writes it.
            Value::from(number + 0.0)
        }),
        Value::Array(values) => values.iter().map(numbers_as_floats).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), numbers_as_floats(value)))
            .collect(),
        other => other.clone(),
    }
}
