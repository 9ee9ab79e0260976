use std::fmt;

use crate::Code;

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What was wrong with a document, and where. It never holds any of the document but
/// names of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What was wrong.
    pub code: Code,
    /// Where in the JSON, as a JSON Pointer (RFC 6901); with the name of a member that is
    /// missing. Empty for the whole document.
    pub pointer: String,
    /// Where in the input, in bytes; none if it is the size that was refused.
    pub offset: Option<usize>,
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

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The document was refused; the first reason that was met.
    Refused(Violation),
    /// An option has an invalid value.
    InvalidOption(&'static str),
    /// The kernel does not know a message of this name.
    UnknownMessage(String),
    /// A WebAssembly memory cannot hold the document and its conversion.
    OutOfMemory,
    /// The kernel, or what runs it, failed: a mistake of this crate or of the platform.
    Kernel(String),
}

impl Error {
    /// What was wrong with the document, if that is why there is no result.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Refused(violation) => Some(violation),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(violation) => violation.fmt(formatter),
            Self::InvalidOption(reason) => formatter.write_str(reason),
            Self::UnknownMessage(name) => {
                write!(formatter, "stepwire.wasm does not know a message {name}")
            }
            Self::OutOfMemory => formatter
                .write_str("a WebAssembly memory cannot hold the document and its conversion"),
            Self::Kernel(reason) => write!(formatter, "stepwire.wasm failed: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
