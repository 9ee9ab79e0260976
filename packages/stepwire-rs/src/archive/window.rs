use std::io::{self, Read};

use super::parts::{FIRST_MAGIC_BYTE, Kind, MAGIC_BYTES, Part, kind_of, part_bytes, read_part};

/// How much is read at once. Memory is only used for bytes that have arrived.
const CHUNK_BYTES: usize = 64 * 1024;

/// The bytes of an input that were read and not used.
#[derive(Debug)]
pub(super) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    /// Offset in the input of the first unused byte.
    pub(super) offset: u64,
    pub(super) is_at_end: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            is_at_end: false,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Reads until there are this many unused bytes, or the input ends.
    pub(super) fn need(&mut self, size: usize) -> io::Result<()> {
        while self.bytes().len() < size && !self.is_at_end {
            self.fill()?;
        }
        Ok(())
    }

    /// Reads more bytes, if there are any.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let filled = self.buffer.len();
        // A large document takes fewer reads than bytes.
        let more = CHUNK_BYTES.max(filled / 2);
        self.buffer.resize(filled + more, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        self.is_at_end = read? == 0;
        Ok(())
    }

    /// Skips unused bytes.
    pub(super) fn skip(&mut self, size: usize) {
        self.start += size;
        self.offset += size as u64;
    }

    /// Skips bytes that were not read yet too, as far as there are any.
    pub(super) fn discard(&mut self, size: u64) -> io::Result<()> {
        let mut left = size;
        while left > 0 {
            self.need(1)?;
            let found = self.bytes().len();
            if found == 0 {
                break;
            }
            let skipped = usize::try_from(left).map_or(found, |left| left.min(found));
            self.skip(skipped);
            left -= skipped as u64;
        }
        Ok(())
    }

    /// Returns the part that begins after some unused bytes, if there is one.
    pub(super) fn part_at(&mut self, start: usize) -> io::Result<Option<Part>> {
        self.need(start + part_bytes(Kind::Trailer, &[]))?;
        let Some(kind) = self.bytes().get(start..).and_then(kind_of) else {
            return Ok(None);
        };
        self.need(start + part_bytes(kind, &self.bytes()[start..]))?;
        Ok(read_part(kind, &self.bytes()[start..]).ok())
    }

    /// Moves to the next part that is accepted; none if there is none.
    pub(super) fn find_part(
        &mut self,
        accept: impl Fn(&Part, u64) -> bool,
    ) -> io::Result<Option<Part>> {
        loop {
            let index = position(self.bytes());
            self.skip(index.unwrap_or(self.bytes().len()));
            if index.is_none() {
                self.need(1)?;
                if self.bytes().is_empty() {
                    return Ok(None);
                }
                continue;
            }
            self.need(MAGIC_BYTES)?;
            if let Some(kind) = kind_of(self.bytes()) {
                self.need_part(kind)?;
                if let Ok(part) = read_part(kind, self.bytes())
                    && accept(&part, self.offset)
                {
                    return Ok(Some(part));
                }
            }
            self.skip(1);
        }
    }

    /// Reads the bytes of a part without its payload, if they are there.
    pub(super) fn need_part(&mut self, kind: Kind) -> io::Result<()> {
        // The size of a header is in its first bytes.
        self.need(part_bytes(Kind::Trailer, &[]))?;
        self.need(part_bytes(kind, self.bytes()))
    }
}

fn position(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == FIRST_MAGIC_BYTE)
}

/// Returns the offset of the first part in bytes.
pub(super) fn find_part_in(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += position(&bytes[at..])?;
        if kind_of(&bytes[at..]).is_some_and(|kind| read_part(kind, &bytes[at..]).is_ok()) {
            return Some(at);
        }
        at += 1;
    }
}
