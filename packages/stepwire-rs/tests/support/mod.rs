//! The vectors of `packages/conformance`, which its README describes.

#![allow(dead_code, reason = "no test needs all of it")]

pub mod chunks;
#[cfg(feature = "messages")]
#[macro_use]
mod messages;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use stepwire::{Converter, Mode, Options, UnknownFields};

/// The root of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One case. The README of the vectors explains the members.
pub struct Case {
    pub id: String,
    pub members: Value,
}

impl Case {
    pub fn schema(&self) -> &str {
        self.text("schema").unwrap()
    }

    pub fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member)?.as_str()
    }

    pub fn is_from_binary(&self) -> bool {
        self.members.get("fromBinary").is_some()
    }

    pub fn json(&self) -> Vec<u8> {
        match self.text("jsonBase64") {
            Some(base64) => BASE64_STANDARD.decode(base64).unwrap(),
            None => self.text("json").unwrap().into(),
        }
    }

    /// The bytes of the member, which is hexadecimal.
    pub fn bytes(&self, member: &str) -> Option<Vec<u8>> {
        self.text(member).map(hex_bytes)
    }

    /// The expected violation, in that mode if there are modes.
    pub fn violations(&self, mode: Mode) -> Vec<&Value> {
        let name = match mode {
            Mode::Strict => "strict",
            Mode::Preserve => "preserve",
            Mode::Archive => "archive",
        };
        let refuses = |violation: &&Value| match violation.get("modes") {
            Some(modes) => modes.as_array().unwrap().iter().any(|mode| mode == name),
            None => true,
        };
        let every = self.members.get("violations").and_then(Value::as_array);
        every.into_iter().flatten().filter(refuses).collect()
    }

    pub fn converter(&self, mode: Mode) -> Converter {
        let limit = |name: &str| self.members.get("limits")?.get(name)?.as_u64();
        let defaults = Options::default();
        let options = Options {
            mode,
            max_depth: limit("maxDepth").map_or(defaults.max_depth, |n| n.try_into().unwrap()),
            max_bytes: limit("maxBytes").map_or(defaults.max_bytes, |n| n.try_into().unwrap()),
            unknown_fields: match self.members.get("refuseUnknownFields") {
                Some(Value::Bool(true)) => UnknownFields::Refuse,
                _ => UnknownFields::Drop,
            },
        };
        converter(self.schema(), options)
    }
}

/// Returns the bytes of a hexadecimal text.
pub fn hex_bytes(text: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// Returns a size as a varint.
pub fn size_prefix(mut size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while size > 0x7f {
        bytes.push(size.to_le_bytes()[0] | 0x80);
        size >>= 7;
    }
    bytes.push(size.to_le_bytes()[0]);
    bytes
}

/// Returns bytes as a hexadecimal text.
pub fn hex_text(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn vectors() -> PathBuf {
    project().join("packages/conformance/vectors")
}

/// The vectors of the stream format.
pub fn stream_cases() -> Vec<Value> {
    let mut cases = Vec::new();
    for file in ["written.json", "read.json"] {
        let text = fs::read(vectors().join("streams").join(file)).unwrap();
        let mut content: Value = serde_json::from_slice(&text).unwrap();
        cases.append(content["cases"].as_array_mut().unwrap());
    }
    assert!(cases.len() > 50, "only {} streams", cases.len());
    cases
}

/// The vectors in a folder.
pub fn cases_in(folder: &str) -> Vec<Value> {
    let mut files: Vec<PathBuf> = fs::read_dir(vectors().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let mut content: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        cases.append(content["cases"].as_array_mut().unwrap());
    }
    cases
}

/// All vectors of conversions.
pub fn cases() -> Vec<Case> {
    let mut files: Vec<PathBuf> = fs::read_dir(vectors())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let topic = file.file_stem().unwrap().to_string_lossy().into_owned();
        let content: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for members in content["cases"].as_array().unwrap() {
            cases.push(Case {
                id: format!("{topic}: {}", members["name"].as_str().unwrap()),
                members: members.clone(),
            });
        }
    }
    assert!(cases.len() > 1000, "only {} vectors", cases.len());
    cases
}

/// Returns the converter for a message with these options; all tests share it.
fn converter(schema: &str, options: Options) -> Converter {
    static MADE: LazyLock<Mutex<HashMap<String, Converter>>> = LazyLock::new(Mutex::default);
    let key = format!("{schema} {options:?}");
    let mut made = MADE.lock().unwrap();
    let converter = made
        .entry(key)
        .or_insert_with(|| Converter::new(schema, options).unwrap());
    converter.clone()
}

/// Reads a message with prost, and writes it again.
#[cfg(feature = "messages")]
pub fn rewrite(schema: &str, binary: &[u8]) -> Result<Vec<u8>, prost::DecodeError> {
    use prost::Message;

    macro_rules! by_name {
        ($($name:literal => $message:path),*) => {
            match schema {
                $($name => <$message>::decode(binary).map(|message| message.encode_to_vec()),)*
                other => panic!("the model has no message {other}"),
            }
        };
    }
    with_messages!(by_name)
}

/// Runs a check on each case and lists those that fail.
pub fn check_all<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    check: impl Fn(&Case) -> Result<(), String>,
) {
    let mut failures = Vec::new();
    let mut count = 0;
    for case in cases {
        count += 1;
        if let Err(reason) = check(case) {
            failures.push(format!(
                "{}: {}",
                case.id,
                reason.chars().take(400).collect::<String>()
            ));
        }
    }
    assert!(count > 100, "only {count} cases");
    let shown = failures
        .iter()
        .take(10)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        failures.is_empty(),
        "{} of {count} cases:\n{shown}",
        failures.len()
    );
    println!("{count} cases");
}
