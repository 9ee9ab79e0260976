//! Server-sent events, as OpenAI's API sends them, to event messages and back. `docs/server-sent-events.md`
//! of the project has the rules.
//!
//! [`Converter::decode_events`] is an iterator over the events of an input, and [`EventStream`] is the same
//! for asynchronous programs. Both use an [`EventDecoder`], which takes the bytes of a stream in any pieces.
//! [`EventEncoder`] writes events.

mod batch;
mod decoder;
mod encoder;
mod error;
mod reader;

pub use batch::{EventBatch, EventFlags, RefusedInEvents};
pub use decoder::{DecodeOptions, EventDecoder, Framing};
pub use encoder::EventEncoder;
pub use error::{EventError, RefusedEvent};
pub use reader::{EventReader, EventStream};
