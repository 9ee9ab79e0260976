//! Measures Stepwire in Rust, and the same work without Stepwire. `pnpm bench languages` runs it:
//! the parameters are a file of documents and how many milliseconds a set is measured; a line of
//! output has the times of one contender.

mod documents;
mod measure;
mod structs;

use std::error::Error;
use std::hint::black_box;

use async_openai::types::{assistants, chat};
use prost::{Message, Name};
use serde::de::DeserializeOwned;
use serde_json::Value;
use stepwire::{Transcoder, v1};

use documents::Set;
use measure::Contender;

fn main() -> Result<(), Box<dyn Error>> {
    let parameters: Vec<String> = std::env::args().skip(1).collect();
    let [file, milliseconds] = parameters.as_slice() else {
        return Err("the parameters are FILE MILLISECONDS".into());
    };
    let milliseconds = milliseconds.parse()?;
    for set in documents::read(file)? {
        match set.schema.as_str() {
            "stepwire.v1.RunStep" => {
                measure_set::<v1::RunStep, assistants::RunStepObject>(&set, milliseconds)
            }
            "stepwire.v1.RunStepDelta" => {
                measure_set::<v1::RunStepDelta, assistants::RunStepDeltaObject>(&set, milliseconds)
            }
            "stepwire.v1.RunStepList" => {
                measure_set::<v1::RunStepList, assistants::ListRunStepsResponse>(&set, milliseconds)
            }
            "stepwire.chat.v1.ChatCompletionChunk" => measure_set::<
                stepwire::chat::v1::ChatCompletionChunk,
                chat::CreateChatCompletionStreamResponse,
            >(&set, milliseconds),
            other => Err(format!("no message {other}").into()),
        }?;
    }
    Ok(())
}

fn measure_set<M, T>(set: &Set, milliseconds: u64) -> Result<(), Box<dyn Error>>
where
    M: Message + Name + Default + 'static,
    T: DeserializeOwned + 'static,
{
    let transcoder = Transcoder::<M>::new()?;
    let mut messages = Vec::new();
    let mut packed = Vec::new();
    for document in &set.documents {
        let json = document.json.as_bytes();
        let binary = document.binary()?;
        if transcoder.to_binary(json)? != binary {
            return Err(format!("{}: not the bytes of Node", set.name).into());
        }
        let written = prost_types::Struct::decode(structs::to_binary(json)?.as_slice())?;
        if !structs::is_same(&serde_json::from_slice(json)?, &written) {
            return Err(format!("{}: the Struct is not the same", set.name).into());
        }
        let message = M::decode(binary.as_slice())?;
        prost::encoding::encode_varint(binary.len() as u64, &mut packed);
        packed.extend_from_slice(&binary);
        messages.push(message);
    }
    let texts: Vec<&[u8]> = set
        .documents
        .iter()
        .map(|document| document.json.as_bytes())
        .collect();
    let mut lines = Vec::new();
    let mut starts = vec![0];
    for text in &texts {
        lines.extend_from_slice(text);
        lines.push(b'\n');
        starts.push(lines.len());
    }
    if transcoder.pack_lines(&lines)? != packed {
        return Err(format!("{}: not the bytes of Node in lines", set.name).into());
    }
    // The types refuse one spelling of recorded documents; the other one has the same length.
    let readable: Vec<String> = set
        .documents
        .iter()
        .map(|document| {
            document
                .json
                .replace("default-2024-08-21", "default_2024_08_21")
        })
        .collect();
    let accepted: Vec<bool> = readable
        .iter()
        .map(|json| serde_json::from_str::<T>(json).is_ok())
        .collect();
    let refused = accepted.iter().filter(|&&is_accepted| !is_accepted).count();

    let contenders = [
        Contender::new("stepwire", |index| {
            black_box(transcoder.to_binary(black_box(texts[index])).unwrap());
        }),
        Contender::new("parse", |index| {
            black_box(serde_json::from_slice::<Value>(black_box(texts[index])).unwrap());
        }),
        Contender::new("struct", |index| {
            black_box(structs::to_binary(black_box(texts[index])).unwrap());
        }),
        // Without the step from the types to the message, which everyone has to write: what is
        // serialized was made before.
        Contender::new("types", |index| {
            let json = black_box(readable[index].as_bytes());
            if accepted[index] {
                black_box(serde_json::from_slice::<T>(json).unwrap());
            } else {
                black_box(serde_json::from_slice::<Value>(json).unwrap());
            }
            black_box(black_box(&messages[index]).encode_to_vec());
        })
        .with_refused(refused),
        Contender::of_many("lines", |block| {
            let lines = black_box(&lines[starts[block.start]..starts[block.end]]);
            black_box(transcoder.pack_lines(lines).unwrap());
        }),
        Contender::of_many("parseLines", |block| {
            let lines = black_box(&lines[starts[block.start]..starts[block.end]]);
            for line in lines.split_inclusive(|byte| *byte == b'\n') {
                black_box(serde_json::from_slice::<Value>(line).unwrap());
            }
        }),
    ];
    measure::print(&set.name, &contenders, texts.len(), milliseconds);
    Ok(())
}
