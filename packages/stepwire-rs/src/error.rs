use std::fmt;

use crate::Code;
use crate::batch::RefusedDocument;

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The violation of a document, and its place. It never contains any part of the document except
/// names of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The kind of violation.
    pub code: Code,
    /// Where in the JSON, as a JSON Pointer (RFC 6901); with the name of a member that is
    /// missing. Empty for the whole document.
    pub pointer: String,
    /// Where in the input, in bytes; none if it is the size that was refused.
    pub offset: Option<usize>,
}

impl Violation {
    /// Returns that of a whole document, of unknown place.
    pub(crate) fn of(code: Code) -> Self {
        Self {
            code,
            pointer: String::new(),
            offset: None,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.pointer.as_str() {
            "" => "the document",
            pointer => pointer,
        };
        write!(formatter, "{} at {place}", self.code)?;
        self.offset
            .map_or(Ok(()), |offset| write!(formatter, " (byte {offset})"))
    }
}

/// The reason why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The document was refused. This is the first violation that was found.
    Refused(Violation),
    /// A document of a batch was refused, which is the first of them.
    RefusedInBatch(RefusedDocument),
    /// An option has an invalid value.
    InvalidOption(&'static str),
    /// The kernel, or the table, does not know a message of this name.
    UnknownMessage(String),
    /// The table cannot be used, for this reason.
    InvalidTable(&'static str),
    /// A WebAssembly memory cannot hold the document and its conversion.
    OutOfMemory,
    /// The kernel or its runtime failed, because of a bug in this crate or in the platform.
    Kernel(String),
}

impl Error {
    /// Returns the violation of the document, if the call failed because of the document.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Refused(violation) | Self::RefusedInBatch(RefusedDocument { violation, .. }) => {
                Some(violation)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(violation) => violation.fmt(formatter),
            Self::RefusedInBatch(document) => document.fmt(formatter),
            Self::InvalidOption(reason) => formatter.write_str(reason),
            Self::UnknownMessage(name) => {
                write!(formatter, "stepwire.wasm does not know a message {name}")
            }
            Self::InvalidTable(reason) => write!(formatter, "the table cannot be used: {reason}"),
            Self::OutOfMemory => formatter
                .write_str("a WebAssembly memory cannot hold the document and its conversion"),
            Self::Kernel(reason) => write!(formatter, "stepwire.wasm failed: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
