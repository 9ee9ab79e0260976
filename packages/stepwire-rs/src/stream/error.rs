use std::{error, fmt, io};

/// What is wrong with a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The bytes do not start like a stream.
    BadMagic,
    /// The stream has a newer version of the format.
    NewerVersion,
    /// The input ends before the end of the stream.
    CutOff,
    /// There are bytes after the end of the stream.
    TrailingBytes,
    /// A record is malformed.
    Malformed,
    /// A record refers to a previous payload or a field of it that does not exist.
    MissingReference,
    /// The number of an event is too small.
    NumberOrder,
    /// An event or the description of a failure is larger than `max_event_bytes`.
    TooLarge,
    /// The payloads to remember are larger than `max_state_bytes`.
    StateTooLarge,
    /// The input becomes larger than `max_block_bytes` and `max_expansion` allow.
    ExpandsTooMuch,
    /// The compressed input is malformed.
    MalformedCompression,
}

impl ErrorCode {
    /// Returns the code as all languages write it, such as `"cut_off"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadMagic => "bad_magic",
            Self::NewerVersion => "newer_version",
            Self::CutOff => "cut_off",
            Self::TrailingBytes => "trailing_bytes",
            Self::Malformed => "malformed",
            Self::MissingReference => "missing_reference",
            Self::NumberOrder => "number_order",
            Self::TooLarge => "too_large",
            Self::StateTooLarge => "state_too_large",
            Self::ExpandsTooMuch => "expands_too_much",
            Self::MalformedCompression => "malformed_compression",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A stream is malformed or exceeds a limit. The events before the place are complete.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatError {
    /// What is wrong.
    pub code: ErrorCode,
    /// Offset of the record in the stream, after decompression, in bytes.
    pub offset: u64,
    /// Number of the event that would have been next.
    pub event: u64,
    /// What was expected.
    pub expected: String,
    /// What was found. It never contains any part of an event.
    pub found: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} in the stream (offset {}, event {}): expected {}, found {}",
            self.code, self.offset, self.event, self.expected, self.found
        )
    }
}

/// Why a stream cannot be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The stream is malformed or exceeds a limit.
    Format(FormatError),
    /// The writer ended the stream with a failure. The transport defines the meaning of the bytes.
    Failure(Vec<u8>),
    /// The input or output failed.
    Io(io::Error),
    /// The number of an event to write is too small or too large.
    InvalidNumber {
        /// The number.
        number: u64,
        /// The smallest number that is possible.
        least: u64,
    },
}

impl Error {
    /// Returns what is wrong with the stream, if that is the reason.
    #[must_use]
    pub fn format(&self) -> Option<&FormatError> {
        match self {
            Self::Format(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(error) => error.fmt(formatter),
            Self::Failure(_) => formatter.write_str("the writer of the stream reported a failure"),
            Self::Io(error) => error.fmt(formatter),
            Self::InvalidNumber { number, least } => write!(
                formatter,
                "the number of an event is {number}; it must be at least {least} and at most 2^53 - 1"
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is wrong, before its place is known.
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Refusal {
    pub(crate) fn new(
        code: ErrorCode,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            code,
            expected: expected.into(),
            found: found.into(),
        }
    }
}
