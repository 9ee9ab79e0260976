//! Streams of events between services: event messages in binary, without what they have in common with
//! the events before them. `docs/stream-format.md` of the project defines the format.
//!
//! ```
//! use prost::Message;
//! use stepwire::stream::{ReadOptions, Reader, WriteOptions, Writer};
//! use stepwire::v1::{OtherEvent, StreamEvent, stream_event::Event};
//!
//! let event = StreamEvent {
//!     event: Some(Event::Other(OtherEvent::default())),
//!     ..StreamEvent::default()
//! };
//! let mut writer = Writer::new::<StreamEvent>(Vec::new(), WriteOptions::default())?;
//! writer.write([event.encode_to_vec()])?; // events that came together
//! let stream = writer.finish()?;
//!
//! for next in Reader::new(stream.as_slice()) {
//!     assert_eq!(StreamEvent::decode(next?.bytes.as_slice()).unwrap(), event);
//! }
//! # Ok::<(), stepwire::stream::Error>(())
//! ```

mod compression;
mod decoder;
mod difference;
mod error;
mod fields;
mod format;
mod reader;
mod restorer;
mod schema;
mod shape;
mod state;
mod writer;

pub use compression::Encoding;
pub use error::{Error, ErrorCode, FormatError};
pub use reader::{Event, ReadOptions, Reader};
pub use writer::{WriteOptions, Writer};
