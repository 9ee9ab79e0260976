use std::fmt;
use std::io;

use crate::{Error, Violation};

/// A document among many that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedDocument {
    /// The number of its line, or message, counted from 1.
    pub number: u64,
    /// Where it begins in the input, in bytes; for a message, after its size.
    pub offset: u64,
    /// What is wrong. Its offset counts from the start of the document.
    pub violation: Violation,
}

impl fmt::Display for RefusedDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            offset,
            violation,
        } = self;
        write!(
            formatter,
            "document {number} (offset {offset}): {violation}"
        )
    }
}

/// The reason why reading many documents failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum BatchError {
    /// A document was refused. The iteration goes on with the next one.
    Refused(RefusedDocument),
    /// The kernel failed. The iteration ends.
    Convert(Error),
    /// The input failed. The iteration ends.
    Io(io::Error),
}

impl BatchError {
    /// Returns the refused document, if that is the reason.
    #[must_use]
    pub fn refused(&self) -> Option<&RefusedDocument> {
        match self {
            Self::Refused(document) => Some(document),
            _ => None,
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(document) => document.fmt(formatter),
            Self::Convert(error) => error.fmt(formatter),
            Self::Io(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for BatchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Convert(error) => Some(error),
            Self::Io(error) => Some(error),
        }
    }
}

impl From<Error> for BatchError {
    fn from(error: Error) -> Self {
        Self::Convert(error)
    }
}

impl From<io::Error> for BatchError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
