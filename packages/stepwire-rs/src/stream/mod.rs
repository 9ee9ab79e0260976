//! Streams of events between services: event messages in binary, without what they have in common with
//! the events before them. `docs/stream-format.md` of the project defines the format.
//!
//! A [`Writer`] writes to an output, and a [`Reader`] is an iterator over the events of an input. The first
//! page of this crate has an example. An [`EventStream`] is a `Stream` of the events of a stream of chunks.

mod compression;
mod decoder;
mod difference;
mod error;
mod event_stream;
mod fields;
mod format;
mod history;
mod layout;
mod reader;
mod restorer;
mod schema;
mod shape;
mod state;
mod texts;
mod writer;

pub use compression::Encoding;
pub use error::{Error, ErrorCode, FormatError};
pub use event_stream::EventStream;
pub use reader::{Event, ReadOptions, Reader};
pub use writer::{WriteOptions, Writer};
