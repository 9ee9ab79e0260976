//! An adapter for `stepwire doctor --lines`: it reads documents and streams with the types of
//! async-openai, and writes them with `serde_json`. Streams are split as its client does it.

use std::io::{self, BufRead, Write};

use async_openai::types::{assistants, chat, responses};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use eventsource_stream::EventStream;
use futures::StreamExt;
use futures::executor::block_on;
use futures::stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Probe {
    family: String,
    form: String,
    text: String,
    chunks: Vec<String>,
}

#[derive(Default, Serialize)]
struct Answer {
    output: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<bool>,
}

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let probe: Probe = serde_json::from_str(&line?)?;
        let answer = if probe.form == "document" {
            document(&probe)
        } else {
            block_on(events(&probe))
        };
        writeln!(output, "{}", serde_json::to_string(&answer)?)?;
    }
    Ok(())
}

fn document(probe: &Probe) -> Answer {
    let written = match probe.family.as_str() {
        "chat" => rewrite::<chat::CreateChatCompletionResponse>(&probe.text),
        "responses" => rewrite::<responses::Response>(&probe.text),
        _ => rewrite::<assistants::RunStepObject>(&probe.text),
    };
    match written {
        Ok(output) => Answer {
            output,
            ..Answer::default()
        },
        Err(error) => Answer {
            refused: Some(kind_of(&error)),
            ..Answer::default()
        },
    }
}

fn rewrite<T: DeserializeOwned + Serialize>(text: &str) -> serde_json::Result<String> {
    serde_json::to_string(&serde_json::from_str::<T>(text)?)
}

/// Returns the kind of an error without the values of the document.
fn kind_of(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Io => "an error of the stream",
        serde_json::error::Category::Syntax => "a syntax error",
        serde_json::error::Category::Data => "a type error",
        serde_json::error::Category::Eof => "the end of the input",
    }
}

async fn events(probe: &Probe) -> Answer {
    if probe.family == "assistants" {
        // Its events can be read, but not written.
        return Answer {
            skipped: Some(true),
            ..Answer::default()
        };
    }
    let chunks = probe
        .chunks
        .iter()
        .map(|chunk| BASE64_STANDARD.decode(chunk));
    let mut events = EventStream::new(stream::iter(chunks));
    let mut answer = Answer::default();
    while let Some(event) = events.next().await {
        let Ok(event) = event else {
            answer.refused = Some("an error of the stream");
            break;
        };
        if event.data == "[DONE]" {
            if !event.id.is_empty() {
                answer.output.push_str(&format!("id: {}\n", event.id));
            }
            answer.output.push_str("data: [DONE]\n\n");
            break;
        }
        let written = if probe.family == "chat" {
            rewrite::<chat::CreateChatCompletionStreamResponse>(&event.data)
        } else {
            rewrite::<responses::ResponseStreamEvent>(&event.data)
        };
        match written {
            Ok(data) => {
                if event.event != "message" {
                    answer.output.push_str(&format!("event: {}\n", event.event));
                }
                if !event.id.is_empty() {
                    answer.output.push_str(&format!("id: {}\n", event.id));
                }
                answer.output.push_str(&format!("data: {data}\n\n"));
            }
            Err(error) => {
                answer.refused = Some(kind_of(&error));
                break;
            }
        }
    }
    answer
}
