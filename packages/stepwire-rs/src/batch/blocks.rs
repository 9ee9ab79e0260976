use std::io::{self, Read};

use super::{Batch, BatchError, RefusedDocument, RefusedInBatch};
use crate::kernel::Direction;
use crate::{Code, Converter, Violation};

/// How much of the input is converted at once. Less would cost more for each call, and more would not be
/// faster.
const BLOCK_BYTES: usize = 1024 * 1024;

/// How much is converted after a refused document; it doubles as long as none is refused. The kernel
/// copies its input, so giving it the whole block for each of many refused documents would take
/// quadratic time.
const CAUTIOUS_BYTES: usize = 4 * 1024;

/// Documents that were converted together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// The converted documents, in the order of the input.
    pub bytes: Vec<u8>,
    /// How many documents these are.
    pub documents: usize,
    /// The document after them, if it was refused. The next block begins after it.
    pub refused: Option<RefusedDocument>,
}

/// Converts documents of an input, a block at a time.
///
/// [`Converter::pack`] and [`Converter::unpack`] return it. It holds a megabyte of the input, or as much as
/// a larger document has.
#[derive(Debug)]
pub struct Blocks<R> {
    converter: Converter,
    direction: Direction,
    input: R,
    buffer: Vec<u8>,
    /// What is converted already, at the start of the buffer.
    done: usize,
    /// How much of the buffer is converted at once.
    step: usize,
    /// How much of the input was before the buffer.
    offset: u64,
    lines: u64,
    /// How much of the input is skipped before the next document.
    skip: Skip,
    is_input_at_end: bool,
    is_finished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Skip {
    Nothing,
    Bytes(u64),
    Line,
}

impl Converter {
    /// Reads lines of JSON, and converts them to size-delimited messages.
    pub fn pack<R: Read>(&self, input: R) -> Blocks<R> {
        Blocks::new(self, Direction::ToBinary, input)
    }

    /// Reads size-delimited messages, and converts them to lines of JSON.
    pub fn unpack<R: Read>(&self, input: R) -> Blocks<R> {
        Blocks::new(self, Direction::ToJson, input)
    }
}

impl<R: Read> Blocks<R> {
    fn new(converter: &Converter, direction: Direction, input: R) -> Self {
        Self {
            converter: converter.clone(),
            direction,
            input,
            buffer: Vec::new(),
            done: 0,
            step: BLOCK_BYTES,
            offset: 0,
            lines: 0,
            skip: Skip::Nothing,
            is_input_at_end: false,
            is_finished: false,
        }
    }

    fn read(&mut self) -> Result<Option<Block>, BatchError> {
        loop {
            self.skip()?;
            if self.buffer.len() - self.done < self.step {
                self.fill(self.step)?;
            }
            let rest = &self.buffer[self.done..];
            if rest.is_empty() {
                return Ok(None);
            }
            let chunk = &rest[..rest.len().min(self.step)];
            let last = self.is_input_at_end && chunk.len() == rest.len();
            let (bytes, batch) = match self.direction {
                Direction::ToBinary => {
                    self.converter
                        .pack_lines_with(chunk, last, <[u8]>::to_vec)?
                }
                Direction::ToJson => {
                    self.converter
                        .unpack_lines_with(chunk, last, <[u8]>::to_vec)?
                }
            };
            let Batch {
                documents,
                lines,
                consumed,
                refused,
            } = batch;
            let mut refused = refused.map(|refused| (self.place(&refused, lines), refused));
            if consumed == 0 && refused.is_none() {
                // The chunk has only the start of a document.
                if self.direction == Direction::ToBinary
                    && chunk.len() > self.converter.options().max_bytes
                {
                    let large = RefusedInBatch {
                        start: 0,
                        end: None,
                        violation: Violation::of(Code::TooLarge),
                    };
                    refused = Some((self.place(&large, lines), large));
                } else {
                    self.step = chunk.len().saturating_mul(2);
                    continue;
                }
            }
            self.lines += lines as u64;
            self.done += consumed;
            let Some((document, RefusedInBatch { end, .. })) = refused else {
                self.step = self.step.saturating_mul(2).min(BLOCK_BYTES);
                if documents > 0 {
                    return Ok(Some(Block {
                        bytes,
                        documents,
                        refused: None,
                    }));
                }
                continue;
            };
            self.lines += 1;
            self.step = CAUTIOUS_BYTES;
            match (end, self.direction) {
                (Some(end), _) => self.skip = Skip::Bytes((end - consumed) as u64),
                (None, Direction::ToBinary) => self.skip = Skip::Line,
                (None, Direction::ToJson) => self.is_finished = true,
            }
            return Ok(Some(Block {
                bytes,
                documents,
                refused: Some(document),
            }));
        }
    }

    /// The place in the whole input of a refused document, after so many lines of the chunk.
    fn place(&self, refused: &RefusedInBatch, lines: usize) -> RefusedDocument {
        RefusedDocument {
            number: self.lines + lines as u64 + 1,
            offset: self.offset + (self.done + refused.start) as u64,
            violation: refused.violation.clone(),
        }
    }

    /// Skips the rest of a refused document.
    fn skip(&mut self) -> io::Result<()> {
        while self.skip != Skip::Nothing {
            let rest = &self.buffer[self.done..];
            if rest.is_empty() {
                if self.is_input_at_end {
                    self.skip = Skip::Nothing;
                } else {
                    self.fill(BLOCK_BYTES)?;
                }
                continue;
            }
            let (skipped, skip) = match self.skip {
                Skip::Nothing => (0, Skip::Nothing),
                Skip::Bytes(count) => {
                    let skipped = usize::try_from(count).map_or(rest.len(), |n| n.min(rest.len()));
                    match count - skipped as u64 {
                        0 => (skipped, Skip::Nothing),
                        left => (skipped, Skip::Bytes(left)),
                    }
                }
                Skip::Line => match rest.iter().position(|byte| *byte == b'\n') {
                    Some(at) => (at + 1, Skip::Nothing),
                    None => (rest.len(), Skip::Line),
                },
            };
            self.done += skipped;
            self.skip = skip;
        }
        Ok(())
    }

    /// Reads until the buffer has so many bytes that are not converted, or to the end of the input.
    fn fill(&mut self, size: usize) -> io::Result<()> {
        self.offset += self.done as u64;
        self.buffer.drain(..self.done);
        self.done = 0;
        if self.buffer.len() < BLOCK_BYTES && size <= BLOCK_BYTES {
            // A larger document is not kept room for.
            self.buffer.shrink_to(BLOCK_BYTES);
        }
        let mut filled = self.buffer.len();
        if !self.is_input_at_end && filled < size {
            self.buffer.resize(size, 0);
            while filled < size {
                match self.input.read(&mut self.buffer[filled..]) {
                    Ok(0) => {
                        self.is_input_at_end = true;
                        break;
                    }
                    Ok(count) => filled += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => {
                        self.buffer.truncate(filled);
                        return Err(error);
                    }
                }
            }
            self.buffer.truncate(filled);
        }
        Ok(())
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Result<Block, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_finished {
            return None;
        }
        let result = self.read();
        if !matches!(result, Ok(Some(_))) {
            self.is_finished = true;
            self.buffer = Vec::new();
        }
        result.transpose()
    }
}

impl<R: Read> std::iter::FusedIterator for Blocks<R> {}
