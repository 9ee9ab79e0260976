//! Reads documents with the types of async-openai and `dynamo_async_openai` and writes them
//! again. A line of input is a type's name, a blank and JSON; the line of output is an object
//! with, by crate, `json` or `errors`.

use std::io::{self, BufRead, Write};

use async_openai::types::assistants as original;
use dynamo_async_openai::types as dynamo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (name, text) = line.split_once(' ').unwrap_or((&line, ""));
        let (original, dynamo) = match name {
            "RunStep" => (
                rewrite::<original::RunStepObject>(text),
                rewrite::<dynamo::RunStepObject>(text),
            ),
            "RunStepDelta" => (
                rewrite::<original::RunStepDeltaObject>(text),
                rewrite::<dynamo::RunStepDeltaObject>(text),
            ),
            "RunStepList" => (
                rewrite::<original::ListRunStepsResponse>(text),
                rewrite::<dynamo::ListRunStepsResponse>(text),
            ),
            other => return Err(io::Error::other(format!("no type {other}"))),
        };
        let results = json!({ "async-openai": original, "dynamo-async-openai": dynamo });
        writeln!(output, "{results}")?;
    }
    Ok(())
}

fn rewrite<T: DeserializeOwned + Serialize>(text: &str) -> Value {
    let written = serde_json::from_str::<T>(text).and_then(|value| serde_json::to_string(&value));
    match written {
        Ok(json) => json!({ "json": json }),
        Err(error) => json!({ "errors": [error.to_string()] }),
    }
}
