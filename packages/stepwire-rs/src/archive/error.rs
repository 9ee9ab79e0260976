use std::{fmt, io};

/// The kind of damage of an archive. The documentation of the format defines the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArchiveErrorCode {
    /// The bytes do not start like an archive.
    BadMagic,
    /// The archive has a newer version of the format.
    NewerVersion,
    /// The input ends within a document or a part of the archive, or before its end.
    CutOff,
    /// A part of the archive, or a size, is malformed.
    Malformed,
    /// The bytes of a part differ from those that were written.
    Checksum,
    /// A document or a block is larger than the limit.
    TooLarge,
    /// A block is compressed in a way that this reader does not know; zstd needs the feature `zstd`.
    UnknownCodec,
}

impl ArchiveErrorCode {
    /// The code as it is written in every language, such as `cut_off`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadMagic => "bad_magic",
            Self::NewerVersion => "newer_version",
            Self::CutOff => "cut_off",
            Self::Malformed => "malformed",
            Self::Checksum => "checksum",
            Self::TooLarge => "too_large",
            Self::UnknownCodec => "unknown_codec",
        }
    }

    /// Whether nothing after it can be read.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::NewerVersion | Self::UnknownCodec)
    }
}

impl fmt::Display for ArchiveErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What was skipped because it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveGap {
    /// The offset of the first byte that was skipped.
    pub start: u64,
    /// The offset after the last one.
    pub end: u64,
    /// The number of the first lost document, counted from 1.
    pub first_document: u64,
    /// The number of the last lost document, one less than the first if none is lost. None if it is
    /// unknown, because no block of the same archive follows.
    pub last_document: Option<u64>,
}

/// A damaged part of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveDamage {
    /// The kind of damage.
    pub code: ArchiveErrorCode,
    /// The offset in the input of the damaged part, or of the size of the document.
    pub offset: u64,
    /// The number of the next document, counted from 1.
    pub document: u64,
    /// What is wrong, in English.
    pub message: String,
    /// What was skipped, if the reader continues after the damage.
    pub gap: Option<ArchiveGap>,
}

impl fmt::Display for ArchiveDamage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            offset,
            document,
            message,
            ..
        } = self;
        write!(
            formatter,
            "{code} (offset {offset}, document {document}): {message}"
        )
    }
}

/// The reason why an archive cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The archive is damaged. Everything before was returned.
    Damaged(ArchiveDamage),
    /// The input failed.
    Io(io::Error),
}

impl ArchiveError {
    /// Returns the damage, if that is the reason.
    #[must_use]
    pub fn damage(&self) -> Option<&ArchiveDamage> {
        match self {
            Self::Damaged(damage) => Some(damage),
            Self::Io(_) => None,
        }
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => damage.fmt(formatter),
            Self::Io(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ArchiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Damaged(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
