use std::fmt;
use std::io;

use crate::{Error, Violation};

/// An event of a stream that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedEvent {
    /// The number of events before it in the stream.
    pub index: u64,
    /// What is wrong. Its pointer is into the document `{"event": name, "data": payload}`, and its offset
    /// counts from the start of the payload, or of the message.
    pub violation: Violation,
}

impl fmt::Display for RefusedEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "event {}: {}", self.index, self.violation)
    }
}

/// The reason why reading or writing events failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum EventError {
    /// An event was refused. The next call continues after it, except where the rest of the stream cannot
    /// be read: then there are no more events.
    Refused(RefusedEvent),
    /// The kernel failed. There are no more events.
    Convert(Error),
    /// The input failed. There are no more events.
    Io(io::Error),
}

impl EventError {
    /// Returns the refused event, if that is the reason.
    #[must_use]
    pub fn refused(&self) -> Option<&RefusedEvent> {
        match self {
            Self::Refused(event) => Some(event),
            _ => None,
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(event) => event.fmt(formatter),
            Self::Convert(error) => error.fmt(formatter),
            Self::Io(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for EventError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Convert(error) => Some(error),
            Self::Io(error) => Some(error),
        }
    }
}

impl From<Error> for EventError {
    fn from(error: Error) -> Self {
        Self::Convert(error)
    }
}

impl From<io::Error> for EventError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
