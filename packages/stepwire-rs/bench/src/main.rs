//! Measures Stepwire in Rust, and the same work without Stepwire. `pnpm bench languages` runs it:
//! the parameters are a file of documents, how many rounds to measure, and how many
//! milliseconds a contender has in each; a line of output has the times of one contender.

mod documents;
mod measure;
mod structs;

use std::error::Error;
use std::hint::black_box;

use async_openai::types::assistants as openai;
use prost::{Message, Name};
use serde::de::DeserializeOwned;
use serde_json::Value;
use stepwire::{Transcoder, v1};

use documents::Document;
use measure::{Contender, Measurement};

type Contenders<'a> = Result<Vec<Contender<'a>>, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let parameters: Vec<String> = std::env::args().skip(1).collect();
    let [file, rounds, milliseconds] = parameters.as_slice() else {
        return Err("the parameters are FILE ROUNDS MILLISECONDS".into());
    };
    let measurement = Measurement::new(rounds.parse()?, milliseconds.parse()?);
    for document in documents::read(file)? {
        let contenders = match document.schema.as_str() {
            "stepwire.v1.RunStep" => contenders::<v1::RunStep, openai::RunStepObject>(&document),
            "stepwire.v1.RunStepDelta" => {
                contenders::<v1::RunStepDelta, openai::RunStepDeltaObject>(&document)
            }
            "stepwire.v1.RunStepList" => {
                contenders::<v1::RunStepList, openai::ListRunStepsResponse>(&document)
            }
            other => Err(format!("no message {other}").into()),
        }?;
        measurement.print(&document.name, &contenders);
    }
    Ok(())
}

fn contenders<M, T>(document: &Document) -> Contenders<'_>
where
    M: Message + Name + Default + 'static,
    T: DeserializeOwned + 'static,
{
    let json = document.json.as_bytes();
    let transcoder = Transcoder::<M>::new()?;

    if transcoder.to_binary(json)? != document.binary()? {
        return Err(format!("{}: not the bytes of Node", document.name).into());
    }
    let written = prost_types::Struct::decode(structs::to_binary(json)?.as_slice())?;
    if !structs::is_same(&serde_json::from_slice(json)?, &written) {
        return Err(format!("{}: the Struct is not the same", document.name).into());
    }

    let mut contenders = vec![
        Contender::new("stepwire", move || {
            black_box(transcoder.to_binary(black_box(json)).unwrap());
        }),
        Contender::new("parse", move || {
            black_box(serde_json::from_slice::<Value>(black_box(json)).unwrap());
        }),
        Contender::new("struct", move || {
            black_box(structs::to_binary(black_box(json)).unwrap());
        }),
    ];
    // It refuses some documents of the live wire.
    if serde_json::from_slice::<T>(json).is_ok() {
        contenders.push(Contender::new("types", move || {
            black_box(serde_json::from_slice::<T>(black_box(json)).unwrap());
        }));
    }
    Ok(contenders)
}
