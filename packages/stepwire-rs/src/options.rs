use crate::conversion::UNKNOWN_FIELD;
use crate::{Error, Mode};

/// How unknown fields of a message are treated when JSON is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UnknownFields {
    /// They are left out.
    #[default]
    Drop,
    /// The message is refused.
    Refuse,
}

/// How a transcoder converts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Selects which JSON documents are refused. `Mode::Preserve` by default.
    pub mode: Mode,
    /// How many levels of arrays and objects a document may have: 1 to 1,000, 100 by default. The
    /// document of an event has one level more than its payload.
    pub max_depth: u32,
    /// How many bytes a document may have, in either form: 1 to 2^30 - 1, 64 MiB by default.
    pub max_bytes: usize,
    /// How unknown fields of a message are treated. They are dropped by default.
    pub unknown_fields: UnknownFields,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            max_depth: 100,
            max_bytes: 64 * 1024 * 1024,
            unknown_fields: UnknownFields::default(),
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !(1..=1000).contains(&self.max_depth) {
            return Err(Error::InvalidOption("max_depth is from 1 to 1000"));
        }
        if !(1..1 << 30).contains(&self.max_bytes) {
            return Err(Error::InvalidOption("max_bytes is from 1 to 2^30 - 1"));
        }
        Ok(())
    }

    /// A bit for each code that is refused in messages.
    pub(crate) fn refused_binary(&self) -> u32 {
        match self.unknown_fields {
            UnknownFields::Drop => 0,
            UnknownFields::Refuse => 1 << UNKNOWN_FIELD,
        }
    }
}
