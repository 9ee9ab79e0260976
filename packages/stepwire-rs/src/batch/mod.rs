//! Many documents at a time: lines of JSON (JSONL) to size-delimited messages, and back. One call of the
//! kernel converts megabytes.
//!
//! [`Converter::pack_lines`] and [`Converter::unpack_lines`] convert what is in memory. For larger inputs,
//! [`Converter::pack`] and [`Converter::unpack`] are iterators over blocks.

mod blocks;
mod error;

use crate::kernel::Direction;
use crate::{Code, Converter, Error, Violation};

pub use blocks::{Block, Blocks};
pub use error::{BatchError, RefusedDocument};

/// The result of a call that converts many documents.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// How many documents were converted.
    pub documents: usize,
    /// How many lines or messages were read, including empty lines, without the refused one.
    pub lines: usize,
    /// How many bytes of the input these are. The next call begins there if no document was refused.
    pub consumed: usize,
    /// The document at which the conversion stopped.
    pub refused: Option<RefusedInBatch>,
}

/// A document of a batch that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedInBatch {
    /// Where the document begins in the input; for a message, after its size.
    pub start: usize,
    /// Where the next document begins. It is larger than the input if that has only the start of the
    /// message; none if the rest of the input cannot be read as messages.
    pub end: Option<usize>,
    /// What is wrong. Its offset counts from `start`.
    pub violation: Violation,
}

impl Converter {
    /// Converts lines of JSON to size-delimited messages: each message after its size, a varint.
    ///
    /// # Errors
    ///
    /// [`Error::RefusedInBatch`] if a document is refused.
    pub fn pack_lines(&self, lines: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let (output, batch) = self.pack_lines_with(lines.as_ref(), true, <[u8]>::to_vec)?;
        complete(output, batch)
    }

    /// Converts size-delimited messages to lines of JSON.
    ///
    /// # Errors
    ///
    /// [`Error::RefusedInBatch`] if a message is refused.
    pub fn unpack_lines(&self, messages: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let (output, batch) = self.unpack_lines_with(messages.as_ref(), true, <[u8]>::to_vec)?;
        complete(output, batch)
    }

    /// Converts lines of JSON to size-delimited messages, until a document is refused. Calls a function
    /// with the output, in the memory of the kernel: the function makes the only copy of it.
    ///
    /// A line that does not end in the input is left for the next call, unless this is the `last`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] if the lines and their conversion do not fit into one WebAssembly memory,
    /// and [`Error::Kernel`].
    pub fn pack_lines_with<R>(
        &self,
        lines: &[u8],
        last: bool,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, Batch), Error> {
        self.convert_batch(Direction::ToBinary, lines, last, take)
    }

    /// Converts size-delimited messages to lines of JSON, until a message is refused. Otherwise like
    /// [`Converter::pack_lines_with`].
    ///
    /// # Errors
    ///
    /// As for [`Converter::pack_lines_with`].
    pub fn unpack_lines_with<R>(
        &self,
        messages: &[u8],
        last: bool,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, Batch), Error> {
        self.convert_batch(Direction::ToJson, messages, last, take)
    }

    fn convert_batch<R>(
        &self,
        direction: Direction,
        input: &[u8],
        last: bool,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, Batch), Error> {
        let limits = self.limits(direction);
        let (output, converted) = self.pool().with(|kernel| {
            let (output, converted) = kernel.convert_batch(direction, input, limits, last)?;
            Ok((take(output), converted))
        })?;
        let at = converted.consumed;
        let refused = match converted.refused {
            None => None,
            Some((code, end)) => Some(self.explain(direction, code, input, at..end)?),
        };
        let batch = Batch {
            documents: converted.documents,
            lines: converted.lines,
            consumed: at,
            refused,
        };
        Ok((output, batch))
    }

    /// Says why a document was refused, by converting it alone.
    #[cold]
    fn explain(
        &self,
        direction: Direction,
        code: Code,
        input: &[u8],
        range: std::ops::Range<usize>,
    ) -> Result<RefusedInBatch, Error> {
        let rest = &input[range.start..];
        let mut refused = RefusedInBatch {
            start: range.start,
            end: Some(range.end),
            violation: Violation::of(code),
        };
        if direction == Direction::ToJson {
            let Some((size, width)) = read_size(rest).filter(|(size, _)| *size < LARGEST_SIZE)
            else {
                refused.end = None;
                return Ok(refused);
            };
            refused.start += width;
            if size > (rest.len() - width) as u64 {
                return Ok(refused);
            }
        }
        if code == Code::TooLarge {
            return Ok(refused);
        }
        let document = &input[refused.start..range.end.min(input.len())];
        let document = match direction {
            Direction::ToBinary => document.strip_suffix(b"\n").unwrap_or(document),
            Direction::ToJson => document,
        };
        let result = match direction {
            Direction::ToBinary => self.to_binary_with(document, |_| ()),
            Direction::ToJson => self.to_json_with(document, |_| ()),
        };
        match result {
            Err(Error::Refused(violation)) => {
                refused.violation = violation;
                Ok(refused)
            }
            Err(error) => Err(error),
            Ok(()) => Ok(refused),
        }
    }
}

fn complete(output: Vec<u8>, batch: Batch) -> Result<Vec<u8>, Error> {
    match batch.refused {
        None => Ok(output),
        Some(refused) => Err(Error::RefusedInBatch(RefusedDocument {
            number: batch.lines as u64 + 1,
            offset: refused.start as u64,
            violation: refused.violation,
        })),
    }
}

/// A message of this size or more is never read.
const LARGEST_SIZE: u64 = 1 << 31;

/// Reads the size before a message. Returns it and its own size; none if it is incomplete or too large.
pub(crate) fn read_size(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut size = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        size |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((size, index + 1));
        }
    }
    None
}
