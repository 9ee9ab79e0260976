use std::io::Read;

use super::crc32;
use super::documents::find_whole;
use super::error::{ArchiveDamage, ArchiveError, ArchiveErrorCode as Code, ArchiveGap};
use super::parts::{
    BLOCK_BYTES, Description, ENTRY_BYTES, Id, Kind, MAGIC_BYTES, Part, TRAILER_BYTES,
    is_start_of_magic, kind_of, part_bytes, read_part,
};
use super::reader::{ArchiveBlock, ArchiveOptions};
use super::window::{Window, find_part_in};

const FIRST: &[Kind] = &[Kind::Header];
const BLOCKS: &[Kind] = &[Kind::Block, Kind::Index];
const LAST: &[Kind] = &[Kind::Trailer];

const NO_CODEC: u32 = 0;
const ZSTD: u32 = 1;

/// The current archive. Its identifier may be known without its header.
#[derive(Debug)]
struct Header {
    id: Id,
    /// Whether the header itself was read.
    is_whole: bool,
}

/// Reads archives, one after the other, from start to end.
#[derive(Debug)]
pub(super) struct Container {
    options: ArchiveOptions,
    /// The kinds of the parts that may be next.
    expected: &'static [Kind],
    header: Option<Header>,
    /// The type that the last header names; none if it is damaged.
    message: Option<String>,
    /// Offset of the current archive in the input, and of its index in the archive.
    start: u64,
    index: u64,
    /// Number of documents in all archives before the current one, and in this one so far.
    base: u64,
    documents: u64,
    blocks: u64,
    /// Whether parts of the current archive were skipped.
    has_gap: bool,
    /// Sizes of all blocks so far, before and after they were expanded.
    read: u64,
    expanded: u64,
    /// The damage after the last block.
    pending: Option<ArchiveDamage>,
    /// The size of the part that is being read, with its payload, as its own description says.
    described: Option<u64>,
}

impl Container {
    pub(super) fn new(options: ArchiveOptions) -> Self {
        Self {
            options,
            expected: FIRST,
            header: None,
            message: None,
            start: 0,
            index: 0,
            base: 0,
            documents: 0,
            blocks: 0,
            has_gap: false,
            read: 0,
            expanded: 0,
            pending: None,
            described: None,
        }
    }

    pub(super) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the next block; none at the end of the last archive.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Window<R>,
    ) -> Result<Option<ArchiveBlock>, ArchiveError> {
        if let Some(damage) = self.pending.take() {
            return Err(ArchiveError::Damaged(damage));
        }
        loop {
            match self.next_part(input)? {
                None => return Ok(None),
                Some(Part::Header { id, message }) => {
                    self.finish();
                    self.start = input.offset;
                    self.message = Some(message);
                    self.header = Some(Header { id, is_whole: true });
                    self.expected = BLOCKS;
                    input.skip(part_bytes(Kind::Header, input.bytes()));
                }
                Some(Part::Described(index)) if index.kind == Kind::Index => {
                    self.read_index(index, input)?;
                }
                Some(Part::Described(block)) => return self.read_block(block, input).map(Some),
                Some(Part::Trailer { index, size, .. }) => {
                    let end = input.offset - self.start + TRAILER_BYTES as u64;
                    if !self.has_gap && (index != self.index || size != end) {
                        let message = "a trailer of an archive of another size";
                        return Err(self.error(input, Code::Malformed, message));
                    }
                    self.finish();
                    input.skip(TRAILER_BYTES);
                }
            }
        }
    }

    /// Skips the damaged part: to the next one, or to the end of the input.
    pub(super) fn skip<R: Read>(
        &mut self,
        input: &mut Window<R>,
    ) -> Result<ArchiveGap, std::io::Error> {
        let start = input.offset;
        let first = self.next_number();
        // The documents are complete once the index was read.
        let none = Some(first - 1).filter(|_| self.expected == LAST);
        // What is in the payload may look like a part, so what follows it is the first choice.
        let part = match self.described.take() {
            Some(size) => self.part_after(size, input)?,
            None => None,
        };
        let part = match part {
            None => input.find_part(|part, offset| self.follows(part, offset, start))?,
            found => found,
        };
        let gap = |last_document| ArchiveGap {
            start,
            end: input.offset,
            first_document: first,
            last_document,
        };
        self.has_gap = true;
        let Some(part) = part else {
            self.finish();
            return Ok(gap(none));
        };
        if self.header.is_none() {
            self.message = None;
        }
        let header = self.header.get_or_insert(Header {
            id: part.id(),
            is_whole: false,
        });
        Ok(match part {
            Part::Header { .. } => {
                self.expected = FIRST;
                gap(none)
            }
            Part::Trailer { index, .. } => {
                self.expected = LAST;
                let is_index = header.is_whole && index == start - self.start;
                gap(if is_index { Some(first - 1) } else { none })
            }
            Part::Described(description) => {
                self.expected = BLOCKS;
                self.documents = description.before;
                gap(Some(self.next_number() - 1))
            }
        })
    }

    /// Moves to the part of the same archive that follows one of this size, if there is one.
    fn part_after<R: Read>(
        &self,
        size: u64,
        input: &mut Window<R>,
    ) -> Result<Option<Part>, std::io::Error> {
        let start = input.offset;
        let most = (BLOCK_BYTES + self.options.max_block_bytes) as u64;
        // What is larger than the limit cannot be kept to look for parts in it afterwards.
        input.discard(size.saturating_sub(most))?;
        let rest = size.min(most);
        let part = input
            .part_at(rest as usize)?
            .filter(|part| part.kind() != Kind::Header && self.follows(part, start + size, start));
        if part.is_some() {
            input.discard(rest)?;
        }
        Ok(part)
    }

    /// Whether reading may continue with a part, after the damage that starts at an offset.
    fn follows(&self, part: &Part, offset: u64, start: u64) -> bool {
        let before = match part {
            Part::Described(description) => Some(description.before),
            _ => None,
        };
        if part.kind() != Kind::Header {
            let id = self.header.as_ref().map_or(part.id(), |header| header.id);
            if id != part.id() || before.is_some_and(|before| before < self.documents) {
                return false;
            }
        }
        // The part itself may be whole, and only be at a wrong place, because others are missing.
        offset > start
            || !self.expected.contains(&part.kind())
            || before.is_some_and(|before| before > self.documents)
    }

    fn next_part<R: Read>(&self, input: &mut Window<R>) -> Result<Option<Part>, ArchiveError> {
        input.need(MAGIC_BYTES)?;
        if input.bytes().is_empty() && self.expected == FIRST {
            return Ok(None);
        }
        let kind = kind_of(input.bytes()).filter(|kind| self.expected.contains(kind));
        let Some(kind) = kind else {
            return Err(self.explain_other(input));
        };
        input.need_part(kind)?;
        let part = read_part(kind, input.bytes())
            .map_err(|(code, message)| self.error(input, code, message))?;
        if kind != Kind::Header
            && self
                .header
                .as_ref()
                .is_some_and(|header| header.id != part.id())
        {
            let message = format!("a {} of another archive", kind.name());
            return Err(self.error(input, Code::Malformed, message));
        }
        if let Part::Described(Description { before, .. }) = part
            && before != self.documents
        {
            let message = format!(
                "expected a {} after {} documents, found one after {before}",
                kind.name(),
                self.documents
            );
            return Err(self.error(input, Code::Malformed, message));
        }
        Ok(Some(part))
    }

    fn explain_other<R: Read>(&self, input: &Window<R>) -> ArchiveError {
        let bytes = input.bytes();
        let is_at_start = input.offset == 0;
        if bytes.len() < MAGIC_BYTES && (!is_at_start || is_start_of_magic(bytes)) {
            let message = match self.expected {
                FIRST => "the archive ends within a header",
                LAST => "the archive ends before its trailer",
                _ => "the archive ends before its index",
            };
            self.error(input, Code::CutOff, message)
        } else if is_at_start {
            let message = "the bytes do not start like an archive";
            self.error(input, Code::BadMagic, message)
        } else {
            let names: Vec<_> = self.expected.iter().map(|kind| kind.name()).collect();
            let message = format!("expected {}, found other bytes", names.join(" or "));
            self.error(input, Code::Malformed, message)
        }
    }

    fn finish(&mut self) {
        self.base += self.documents;
        self.documents = 0;
        self.blocks = 0;
        self.has_gap = false;
        self.header = None;
        self.expected = FIRST;
    }

    fn read_block<R: Read>(
        &mut self,
        block: Description,
        input: &mut Window<R>,
    ) -> Result<ArchiveBlock, ArchiveError> {
        let Description {
            documents,
            size,
            stored,
            codec,
            ..
        } = block;
        self.described = Some(BLOCK_BYTES as u64 + u64::from(stored));
        if documents == 0 || size < documents {
            let message = format!("a block of {documents} documents and {size} bytes");
            return Err(self.error(input, Code::Malformed, message));
        }
        self.check_sizes(block, input)?;
        if codec == NO_CODEC && size != stored {
            let message = format!("a block of {size} bytes with a payload of {stored}");
            return Err(self.error(input, Code::Malformed, message));
        }
        if codec != NO_CODEC && (codec != ZSTD || !cfg!(feature = "zstd")) {
            let name = if codec == ZSTD { " (zstd)" } else { "" };
            let message = format!("a block is compressed with codec {codec}{name}");
            return Err(self.error(input, Code::UnknownCodec, message));
        }
        let end = BLOCK_BYTES + stored as usize;
        input.need(end)?;
        let Some(payload) = input.bytes().get(BLOCK_BYTES..end) else {
            return self.salvage(block, input);
        };
        if crc32(payload) != block.checksum {
            let message = format!("the checksum of {} is wrong", self.describe(documents));
            return Err(self.error(input, Code::Checksum, message));
        }
        self.count(block);
        let bytes = if codec == NO_CODEC {
            payload.to_vec()
        } else {
            expand(payload, size as usize).ok_or_else(|| {
                let message = format!("the zstd data of {} is malformed", self.describe(documents));
                self.error(input, Code::Malformed, message)
            })?
        };
        let found = find_whole(&bytes, self.options.max_document_bytes, true);
        if let Some((Code::TooLarge, message)) = found.damage {
            return Err(self.error(input, Code::TooLarge, message));
        }
        if found.documents != documents || found.size != bytes.len() {
            let message = format!(
                "{} has other documents than it says",
                self.describe(documents)
            );
            return Err(self.error(input, Code::Malformed, message));
        }
        let block = self.take(block, documents, bytes, input.offset);
        self.described = None;
        input.skip(end);
        Ok(block)
    }

    fn take(
        &mut self,
        block: Description,
        documents: u32,
        bytes: Vec<u8>,
        offset: u64,
    ) -> ArchiveBlock {
        let number = self.next_number();
        self.documents += u64::from(documents);
        self.blocks += 1;
        ArchiveBlock {
            bytes,
            number,
            documents,
            offset: match block.codec {
                NO_CODEC => offset + BLOCK_BYTES as u64,
                _ => offset,
            },
            is_compressed: block.codec != NO_CODEC,
        }
    }

    /// Returns the complete documents of a block that is cut off.
    fn salvage<R: Read>(
        &mut self,
        block: Description,
        input: &Window<R>,
    ) -> Result<ArchiveBlock, ArchiveError> {
        let message = format!(
            "the archive ends within {}: {} of {} bytes",
            self.describe(block.documents),
            input.bytes().len(),
            BLOCK_BYTES + block.stored as usize
        );
        let payload = &input.bytes()[BLOCK_BYTES.min(input.bytes().len())..];
        // Another archive may follow that is shorter than what is missing.
        let payload = &payload[..find_part_in(payload).unwrap_or(payload.len())];
        let found = find_whole(payload, self.options.max_document_bytes, false);
        if block.codec != NO_CODEC || found.documents == 0 || found.documents >= block.documents {
            return Err(self.error(input, Code::CutOff, message));
        }
        let bytes = payload[..found.size].to_vec();
        let salvaged = self.take(block, found.documents, bytes, input.offset);
        self.pending = Some(self.damage(input.offset, Code::CutOff, message));
        Ok(salvaged)
    }

    fn check_sizes<R: Read>(
        &self,
        part: Description,
        input: &Window<R>,
    ) -> Result<(), ArchiveError> {
        let Description {
            kind, size, stored, ..
        } = part;
        let most = self.options.max_block_bytes as u64;
        let larger = u64::from(size.max(stored));
        if larger > most {
            let message = format!(
                "a {} of {larger} bytes, which is more than {most}",
                kind.name()
            );
            return Err(self.error(input, Code::TooLarge, message));
        }
        let read = self.read + u64::from(stored);
        let expanded = self.expanded + u64::from(size);
        let ratio = self.options.max_expansion;
        if expanded > most && expanded > ratio.saturating_mul(read) {
            let message = format!("the archive expands to more than {ratio} times its size");
            return Err(self.error(input, Code::TooLarge, message));
        }
        Ok(())
    }

    /// Counts the sizes of a part, once its payload has shown that they are right.
    fn count(&mut self, part: Description) {
        self.read += u64::from(part.stored);
        self.expanded += u64::from(part.size);
    }

    fn read_index<R: Read>(
        &mut self,
        index: Description,
        input: &mut Window<R>,
    ) -> Result<(), ArchiveError> {
        let Description {
            documents: blocks,
            size,
            stored,
            codec,
            ..
        } = index;
        self.described = Some(BLOCK_BYTES as u64 + u64::from(stored));
        let is_wrong = size != stored
            || u64::from(size) != u64::from(blocks) * ENTRY_BYTES as u64
            || codec != NO_CODEC;
        if is_wrong || (u64::from(blocks) != self.blocks && !self.has_gap) {
            let message = format!("an index of {blocks} blocks after {}", self.blocks);
            return Err(self.error(input, Code::Malformed, message));
        }
        self.check_sizes(index, input)?;
        let end = BLOCK_BYTES + stored as usize;
        input.need(end)?;
        let Some(payload) = input.bytes().get(BLOCK_BYTES..end) else {
            let message = "the archive ends within its index";
            return Err(self.error(input, Code::CutOff, message));
        };
        if crc32(payload) != index.checksum {
            let message = "the checksum of the index is wrong";
            return Err(self.error(input, Code::Checksum, message));
        }
        self.count(index);
        self.index = input.offset - self.start;
        self.described = None;
        input.skip(end);
        self.expected = LAST;
        Ok(())
    }

    fn describe(&self, documents: u32) -> String {
        let first = self.next_number();
        let last = first + u64::from(documents) - 1;
        format!("a block with the documents {first} to {last}")
    }

    fn next_number(&self) -> u64 {
        self.base + self.documents + 1
    }

    fn damage(&self, offset: u64, code: Code, message: impl Into<String>) -> ArchiveDamage {
        ArchiveDamage {
            code,
            offset,
            document: self.next_number(),
            message: message.into(),
            gap: None,
        }
    }

    fn error<R: Read>(
        &self,
        input: &Window<R>,
        code: Code,
        message: impl Into<String>,
    ) -> ArchiveError {
        ArchiveError::Damaged(self.damage(input.offset, code, message))
    }
}

#[cfg(feature = "zstd")]
fn expand(payload: &[u8], size: usize) -> Option<Vec<u8>> {
    use std::io::Read as _;

    /// The largest window that is read.
    const WINDOW_LOG: u32 = 23;
    let mut decoder = zstd::Decoder::new(payload).ok()?.single_frame();
    decoder.window_log_max(WINDOW_LOG).ok()?;
    let mut bytes = Vec::new();
    // One byte more shows that there is more.
    decoder.take(size as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() == size).then_some(bytes)
}

#[cfg(not(feature = "zstd"))]
fn expand(_: &[u8], _: usize) -> Option<Vec<u8>> {
    None
}
