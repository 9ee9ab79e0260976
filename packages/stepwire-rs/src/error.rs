use std::fmt;

/// What can be wrong with a document; `docs/mapping.md` says when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The text is not JSON, or not UTF-8.
    NotJson = 1,
    /// The document is not an object.
    NotAnObject,
    /// An object has two members of one name.
    DuplicateMember,
    /// The name of a member has a lone surrogate.
    LoneSurrogate,
    /// More levels of arrays and objects than `max_depth`.
    TooDeep,
    /// More bytes than `max_bytes`.
    TooLarge,
    /// A required member is absent.
    MissingMember,
    /// A known member is of another JSON type.
    WrongType,
    /// A member that the schema does not have.
    UnknownMember,
    /// A string beyond an enum.
    UnknownValue,
    /// A tag that names no arm of its union.
    UnknownVariant,
    /// A tag that contradicts its neighbours.
    TagMismatch,
    /// A number or string that the typed field cannot hold exactly.
    NotRepresentable,
    /// What a message keeps beyond the schema is not JSON.
    InvalidResidue,
    /// Bytes that are not a message of this type.
    MalformedBinary,
}

impl Code {
    const ALL: [Self; 15] = [
        Self::NotJson,
        Self::NotAnObject,
        Self::DuplicateMember,
        Self::LoneSurrogate,
        Self::TooDeep,
        Self::TooLarge,
        Self::MissingMember,
        Self::WrongType,
        Self::UnknownMember,
        Self::UnknownValue,
        Self::UnknownVariant,
        Self::TagMismatch,
        Self::NotRepresentable,
        Self::InvalidResidue,
        Self::MalformedBinary,
    ];

    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|code| *code as u32 == number)
    }

    /// The code as it is written in every language, such as `missing_member`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::DuplicateMember => "duplicate_member",
            Self::LoneSurrogate => "lone_surrogate",
            Self::TooDeep => "too_deep",
            Self::TooLarge => "too_large",
            Self::MissingMember => "missing_member",
            Self::WrongType => "wrong_type",
            Self::UnknownMember => "unknown_member",
            Self::UnknownValue => "unknown_value",
            Self::UnknownVariant => "unknown_variant",
            Self::TagMismatch => "tag_mismatch",
            Self::NotRepresentable => "not_representable",
            Self::InvalidResidue => "invalid_residue",
            Self::MalformedBinary => "malformed_binary",
        }
    }
}

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
    /// An option has a value that it cannot have.
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
