//! What a transcoder does beyond the vectors.

#![cfg(feature = "messages")]

mod support;

use std::thread;

use prost::Message;
use serde_json::{Value, json};
use stepwire::v1::{FunctionCall, RunStep, RunStepDelta};
use stepwire::{Code, Error, Mode, Options, Transcoder, UnknownFields};
use support::{Case, cases};

fn steps() -> Vec<Case> {
    let mut cases = cases();
    cases.retain(|case| {
        case.schema() == "stepwire.v1.RunStep"
            && !case.is_from_binary()
            && case.violations(Mode::Preserve).is_empty()
            && case.members.get("limits").is_none()
    });
    cases
}

#[test]
fn a_message_can_be_edited() {
    let steps = steps();
    let case = steps
        .iter()
        .find(|case| case.id.starts_with("tools: "))
        .unwrap();
    let transcoder = Transcoder::<RunStep>::new().unwrap();
    let mut step = transcoder.parse(case.json()).unwrap();
    step.id = "another".into();
    let mut expected: Value = serde_json::from_slice(&case.json()).unwrap();
    expected["id"] = json!("another");
    let written: Value = serde_json::from_str(&transcoder.stringify(&step).unwrap()).unwrap();
    assert_eq!(written, expected);
}

#[test]
fn one_transcoder_serves_many_threads() {
    let transcoder = Transcoder::<RunStep>::new().unwrap();
    let steps = steps();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for case in &steps {
                    let binary = transcoder.to_binary(case.json()).unwrap();
                    assert_eq!(Some(&binary), case.bytes("binary").as_ref(), "{}", case.id);
                    let refused = transcoder.to_binary([&case.json()[..], b"}"].concat());
                    let refused = refused.unwrap_err();
                    assert_eq!(refused.violation().unwrap().code, Code::NotJson);
                    let output = transcoder.to_json(binary).unwrap();
                    assert_eq!(output, case.text("output").unwrap().as_bytes());
                }
            });
        }
    });
}

/// As `docs/evolution.md` says.
#[test]
fn prost_drops_unknown_fields() {
    let binary = steps()[0].bytes("binary").unwrap();
    let newer = [binary.as_slice(), b"\x92\x06\x05newer"].concat();
    let again = RunStep::decode(newer.as_slice()).unwrap().encode_to_vec();
    assert_eq!(
        RunStep::decode(binary.as_slice()).unwrap().encode_to_vec(),
        again
    );

    let transcoder = Transcoder::<RunStep>::new().unwrap();
    assert_eq!(transcoder.to_json(&newer), transcoder.to_json(&binary));
    let refusing = Transcoder::<RunStep>::with_options(Options {
        unknown_fields: UnknownFields::Refuse,
        ..Options::default()
    });
    let error = refusing.unwrap().to_json(&newer).unwrap_err();
    assert_eq!(error.violation().unwrap().code, Code::MalformedBinary);
}

#[test]
fn the_memory_of_a_large_document_is_given_up() {
    let transcoder = Transcoder::<FunctionCall>::new().unwrap();
    let before = transcoder.memory_size();
    let text = "x".repeat(20_000_000);
    let large = json!({"name": "n", "arguments": text, "output": null}).to_string();
    let call = transcoder.parse(&large).unwrap();
    assert_eq!(call.arguments.len(), 20_000_000);
    assert!(transcoder.memory_size() <= before);
    let small = r#"{"name":"n","arguments":"","output":null}"#;
    assert_eq!(transcoder.parse(small).unwrap().name, "n");
}

#[test]
fn an_error_says_what_and_where() {
    let transcoder = Transcoder::<RunStepDelta>::new().unwrap();
    let error = transcoder
        .to_binary(r#"{"id":"s","delta":{}}"#)
        .unwrap_err();
    let violation = error.violation().unwrap();
    assert_eq!(violation.code, Code::MissingMember);
    assert_eq!(violation.pointer, "/object");
    assert_eq!(violation.offset, Some(0));
    assert_eq!(error.to_string(), "missing_member at /object (byte 0)");
}

#[test]
fn options_have_bounds() {
    let with = |options| Transcoder::<RunStep>::with_options(options).unwrap_err();
    let defaults = Options::default();
    for max_depth in [0, 1001] {
        let error = with(Options {
            max_depth,
            ..defaults
        });
        assert_eq!(error, Error::InvalidOption("max_depth is from 1 to 1000"));
    }
    for max_bytes in [0, 1 << 30] {
        let error = with(Options {
            max_bytes,
            ..defaults
        });
        assert_eq!(
            error,
            Error::InvalidOption("max_bytes is from 1 to 2^30 - 1")
        );
    }
}

#[test]
fn a_message_without_a_json_form() {
    let error = Transcoder::<prost_types::Timestamp>::new().unwrap_err();
    assert_eq!(
        error,
        Error::UnknownMessage("google.protobuf.Timestamp".into())
    );
}

#[test]
fn a_table_of_another_format_is_refused() {
    let refusal = |table: &[u8]| {
        let created = Transcoder::<RunStep>::with_table(table, Options::default());
        created.unwrap_err().to_string()
    };
    assert!(refusal(b"").contains("was not written by `stepwire table`"));
    assert!(refusal(b"{}").contains("was not written by `stepwire table`"));
    let mut table = vec![0; 64];
    table[..4].copy_from_slice(b"SWT1");
    assert!(refusal(&table).contains("for another version"));
    table[28] = 64;
    assert!(refusal(&table).contains("for another version"));
}
