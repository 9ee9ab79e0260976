//! Server-sent events: the vectors of all languages, and the recorded streams if their results are there.

mod support;

use std::path::{Path, PathBuf};
use std::{env, fs};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use stepwire::accumulate::{AccumulateError, AccumulateOptions, Ended};
use stepwire::events::{
    DecodeOptions, EventDecoder, EventEncoder, EventError, Framing, RefusedEvent,
};
use stepwire::{Accumulator, Converter, Mode, Options};
use support::{cases_in, hex_bytes, hex_text, size_prefix};

fn cases() -> Vec<Value> {
    let cases = cases_in("sse");
    assert!(cases.len() > 100, "only {} cases", cases.len());
    cases
}

fn stream(case: &Value) -> Vec<u8> {
    match case["sseBase64"].as_str() {
        Some(base64) => BASE64_STANDARD.decode(base64).unwrap(),
        None => case["sse"].as_str().unwrap().into(),
    }
}

fn decoding(case: &Value) -> (Converter, DecodeOptions) {
    let given = &case["options"];
    let number = |name: &str, default: u64| given[name].as_u64().unwrap_or(default);
    let options = Options {
        mode: match given["mode"].as_str() {
            Some("strict") => Mode::Strict,
            Some("archive") => Mode::Archive,
            _ => Mode::Preserve,
        },
        max_depth: u32::try_from(number("maxDepth", 100)).unwrap(),
        ..Options::default()
    };
    let framing = match given["framing"].as_str().or(case["framing"].as_str()) {
        Some("lenient") => Framing::Lenient,
        _ => Framing::Strict,
    };
    let decode = DecodeOptions {
        framing,
        max_event_bytes: usize::try_from(number("maxEventBytes", 16 << 20)).unwrap(),
    };
    (
        Converter::new(case["schema"].as_str().unwrap(), options).unwrap(),
        decode,
    )
}

/// Reads a stream in pieces. Returns the messages and the refused events.
fn decode(
    mut decoder: EventDecoder,
    stream: &[u8],
    size: usize,
) -> (Vec<Vec<u8>>, Vec<RefusedEvent>) {
    let (mut messages, mut refused) = (Vec::new(), Vec::new());
    let mut pieces = stream.chunks(size);
    loop {
        let event = decoder.next_event();
        match event.map(|event| event.map(<[u8]>::to_vec)) {
            Ok(Some(message)) => messages.push(message),
            Ok(None) if decoder.is_ended() => return (messages, refused),
            Ok(None) => match pieces.next() {
                Some(piece) => decoder.push(piece),
                None => decoder.finish(),
            },
            Err(EventError::Refused(event)) => refused.push(event),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn streams_of_the_vectors_are_read() {
    for case in cases().iter().filter(|case| case["event"].is_null()) {
        let name = &case["name"];
        let (converter, options) = decoding(case);
        let stream = stream(case);
        let expected: Vec<Vec<u8>> = case["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| hex_bytes(event.as_str().unwrap()))
            .collect();
        for size in [stream.len().max(1), 1] {
            let decoder = EventDecoder::new(&converter, options);
            let (messages, refused) = decode(decoder, &stream, size);
            assert_eq!(messages, expected, "{name}, {size}");
            let refusals = case["refusals"].as_array().map_or(&[][..], Vec::as_slice);
            assert_eq!(refused.len(), refusals.len(), "{name}, {size}: {refused:?}");
            for (event, refusal) in refused.iter().zip(refusals) {
                assert_eq!(refusal["event"], event.index, "{name}: {event}");
                let is_met = refusal["violations"].as_array().unwrap().iter().any(|one| {
                    one["code"] == event.violation.code.as_str()
                        && one["pointer"] == event.violation.pointer.as_str()
                        && one.get("offset").and_then(Value::as_u64)
                            == event.violation.offset.map(|offset| offset as u64)
                });
                assert!(is_met, "{name}: {event}, not {refusal}");
            }
        }
        let written = case["written"].as_str().map_or(stream, Into::into);
        let mut output = Vec::new();
        EventEncoder::new(&converter)
            .encode_into(&expected, &mut output)
            .unwrap();
        assert!(
            output == written,
            "{name}: {}",
            String::from_utf8_lossy(&output)
        );
    }
}

#[test]
fn events_of_the_vectors_are_written() {
    let cases = cases();
    let written: Vec<_> = cases
        .iter()
        .filter(|case| case["event"].is_string())
        .collect();
    assert!(written.len() > 10, "only {} cases", written.len());
    for case in written {
        let name = &case["name"];
        let (converter, _) = decoding(case);
        let event = hex_bytes(case["event"].as_str().unwrap());
        match EventEncoder::new(&converter).encode(&event) {
            Ok(output) => assert_eq!(
                case["written"],
                String::from_utf8(output).unwrap(),
                "{name}"
            ),
            Err(error) => {
                let found = &error.refused().unwrap().violation;
                let is_met = case["violations"].as_array().unwrap().iter().any(|one| {
                    one["code"] == found.code.as_str() && one["pointer"] == found.pointer.as_str()
                });
                assert!(is_met, "{name}: {error}");
            }
        }
    }
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part);
    }
    hex_text(&sum.finalize())
}

/// What `pnpm corpus-results` writes is the folder in the variable.
fn check_recorded(folder: &Path, result: &Value) {
    let name = &result["name"];
    let stream = fs::read(folder.join(result["file"].as_str().unwrap())).unwrap();
    let options = Options {
        mode: Mode::Archive,
        ..Options::default()
    };
    let converter = Converter::new(result["schema"].as_str().unwrap(), options).unwrap();
    let (_, decode_options) = decoding(result);
    for size in [stream.len(), 7] {
        let decoder = EventDecoder::new(&converter, decode_options);
        let (messages, refused) = decode(decoder, &stream, size);
        assert!(refused.is_empty(), "{name}: {refused:?}");
        assert_eq!(result["events"], messages.len(), "{name}");
        let delimited: Vec<_> = messages
            .iter()
            .flat_map(|message| [size_prefix(message.len()), message.clone()])
            .collect();
        assert_eq!(
            result["messages"],
            hash(delimited.iter().map(Vec::as_slice)),
            "{name}"
        );
        if size == 7 {
            continue;
        }
        let mut encoder = EventEncoder::new(&converter);
        let written: Vec<_> = messages
            .iter()
            .map(|message| encoder.encode(message).unwrap_or_default())
            .collect();
        assert_eq!(
            result["written"],
            hash(written.iter().map(Vec::as_slice)),
            "{name}"
        );
        check_accumulated(result, &messages);
    }
}

fn check_accumulated(result: &Value, messages: &[Vec<u8>]) {
    let name = &result["name"];
    let schema = result["schema"].as_str().unwrap();
    let mut accumulator = Accumulator::new(schema, &AccumulateOptions::default()).unwrap();
    let mut refused = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        match accumulator.apply(message) {
            Ok(_) => {}
            Err(AccumulateError::Refused(_)) => refused.push(number),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert_eq!(result["refused"], Value::from(refused), "{name}");
    let ended = accumulator.ended().unwrap().map(|ended| match ended {
        Ended::Done => "done",
        Ended::Error => "error",
    });
    assert_eq!(result["ended"].as_str(), ended, "{name}");
    let mut found: Vec<_> = accumulator
        .objects()
        .unwrap()
        .iter()
        .map(|object| (object.message.clone(), hash([object.bytes.as_slice()])))
        .collect();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut expected: Vec<_> = result["objects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| (text(&object["type"]), text(&object["message"])))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn recorded_streams_become_what_they_become_in_typescript() {
    let Some(folder) = env::var_os("STEPWIRE_CORPUS_RESULTS").map(PathBuf::from) else {
        println!("skipped: STEPWIRE_CORPUS_RESULTS is no folder that `pnpm corpus-results` wrote");
        return;
    };
    let results: Value =
        serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    let results = results.as_array().unwrap();
    assert!(results.len() > 50, "only {} streams", results.len());
    // Like a server: many streams at a time.
    std::thread::scope(|scope| {
        for part in results.chunks(results.len().div_ceil(8)) {
            let folder = &folder;
            scope.spawn(move || {
                for result in part {
                    check_recorded(folder, result);
                }
            });
        }
    });
    println!("{} streams", results.len());
}
