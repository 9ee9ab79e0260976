use std::io::Read;

use super::container::Container;
use super::documents::{find_whole, first};
use super::error::{ArchiveDamage, ArchiveError};
use super::parts::{Kind, MAGIC_BYTES, is_start_of_magic, kind_of};
use super::window::Window;

/// How an archive is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Maximum size of a document in bytes: 64 MiB by default.
    pub max_document_bytes: usize,
    /// Maximum size of a block in bytes, also after it is expanded: 128 MiB by default.
    pub max_block_bytes: usize,
    /// Maximum size of all blocks after they are expanded, as a multiple of their compressed size: 1,100 by
    /// default. `max_block_bytes` are always allowed.
    pub max_expansion: u64,
    /// Whether to continue after a damaged part of an archive. Each is then an error of the iteration.
    pub recover: bool,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self {
            max_document_bytes: 64 * 1024 * 1024,
            max_block_bytes: 128 * 1024 * 1024,
            max_expansion: 1100,
            recover: false,
        }
    }
}

/// Several documents of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveBlock {
    /// The documents, each after its size: what `unpack_lines` of a converter reads.
    pub bytes: Vec<u8>,
    /// The number of the first document, counted from 1.
    pub number: u64,
    /// The number of documents.
    pub documents: u32,
    /// The offset of the bytes in the input; of the block if it was compressed.
    pub offset: u64,
    /// Whether the block was compressed.
    pub is_compressed: bool,
}

/// A document of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchivedDocument {
    /// The number of the document, counted from 1.
    pub number: u64,
    /// The document, in binary.
    pub bytes: Vec<u8>,
}

/// Reads archives, and size-delimited messages: an iterator over documents. The first bytes tell which of
/// both the input is.
#[derive(Debug)]
pub struct ArchiveReader<R> {
    input: Window<R>,
    options: ArchiveOptions,
    format: Format,
    block: ArchiveBlock,
    /// How much of the block was returned.
    returned: usize,
    is_ended: bool,
}

#[derive(Debug)]
enum Format {
    Unknown,
    Archive(Box<Container>),
    /// The number of documents so far, and what is wrong after the last block.
    Delimited(u64, Option<ArchiveDamage>),
}

impl<R: Read> ArchiveReader<R> {
    /// Returns a reader with the default options.
    pub fn new(input: R) -> Self {
        Self::with_options(input, ArchiveOptions::default())
    }

    /// Returns a reader with options.
    pub fn with_options(input: R, options: ArchiveOptions) -> Self {
        Self {
            input: Window::new(input),
            options,
            format: Format::Unknown,
            block: ArchiveBlock {
                bytes: Vec::new(),
                number: 1,
                documents: 0,
                offset: 0,
                is_compressed: false,
            },
            returned: 0,
            is_ended: false,
        }
    }

    /// Returns the full name of the message type in the header of the last archive; empty if the writer did
    /// not know it. None before the first document, for size-delimited messages, and if the header is
    /// damaged.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.format {
            Format::Archive(container) => container.message(),
            _ => None,
        }
    }

    /// Returns the next documents together, which is the fastest way to convert all of them. None at the
    /// end. Documents of a block whose first ones were returned by the iterator are not returned.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Damaged`], after which only a reader with the option `recover` continues, and
    /// [`ArchiveError::Io`].
    pub fn next_block(&mut self) -> Result<Option<ArchiveBlock>, ArchiveError> {
        if self.is_ended {
            return Ok(None);
        }
        match self.read_block() {
            Ok(Some(block)) => Ok(Some(block)),
            Ok(None) => {
                self.is_ended = true;
                Ok(None)
            }
            Err(ArchiveError::Damaged(damage)) => Err(self.recover(damage)),
            Err(error) => {
                self.is_ended = true;
                Err(error)
            }
        }
    }

    /// Skips what is damaged, if the reader continues after it.
    fn recover(&mut self, mut damage: ArchiveDamage) -> ArchiveError {
        match &mut self.format {
            Format::Archive(container) if self.options.recover && !damage.code.is_final() => {
                match container.skip(&mut self.input) {
                    Ok(gap) => damage.gap = Some(gap),
                    Err(error) => {
                        self.is_ended = true;
                        return error.into();
                    }
                }
            }
            _ => self.is_ended = true,
        }
        ArchiveError::Damaged(damage)
    }

    fn read_block(&mut self) -> Result<Option<ArchiveBlock>, ArchiveError> {
        if matches!(self.format, Format::Unknown) {
            self.input.need(MAGIC_BYTES)?;
            let bytes = self.input.bytes();
            let is_cut_off =
                !bytes.is_empty() && bytes.len() < MAGIC_BYTES && is_start_of_magic(bytes);
            let is_archive = is_cut_off || kind_of(bytes) == Some(Kind::Header);
            self.format = if is_archive {
                Format::Archive(Box::new(Container::new(self.options)))
            } else {
                Format::Delimited(0, None)
            };
        }
        match &mut self.format {
            Format::Archive(container) => container.next(&mut self.input),
            Format::Delimited(documents, pending) => {
                if let Some(damage) = pending.take() {
                    return Err(ArchiveError::Damaged(damage));
                }
                read_delimited(&mut self.input, self.options, documents, pending)
            }
            Format::Unknown => Ok(None),
        }
    }
}

/// Reads the size-delimited documents that have arrived, at least one.
fn read_delimited<R: Read>(
    input: &mut Window<R>,
    options: ArchiveOptions,
    documents: &mut u64,
    pending: &mut Option<ArchiveDamage>,
) -> Result<Option<ArchiveBlock>, ArchiveError> {
    loop {
        let found = find_whole(input.bytes(), options.max_document_bytes, input.is_at_end);
        let damage = found.damage.map(|(code, message)| ArchiveDamage {
            code,
            offset: input.offset + found.size as u64,
            document: *documents + u64::from(found.documents) + 1,
            message,
            gap: None,
        });
        if found.documents > 0 {
            let block = ArchiveBlock {
                bytes: input.bytes()[..found.size].to_vec(),
                number: *documents + 1,
                documents: found.documents,
                offset: input.offset,
                is_compressed: false,
            };
            *documents += u64::from(found.documents);
            *pending = damage;
            input.skip(found.size);
            return Ok(Some(block));
        }
        if let Some(damage) = damage {
            return Err(ArchiveError::Damaged(damage));
        }
        if input.is_at_end {
            return Ok(None);
        }
        input.fill()?;
    }
}

impl<R: Read> Iterator for ArchiveReader<R> {
    type Item = Result<ArchivedDocument, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.returned == self.block.bytes.len() {
            match self.next_block() {
                Ok(Some(block)) => self.block = block,
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
            self.returned = 0;
        }
        let (bytes, size) = first(&self.block.bytes[self.returned..])?;
        let document = ArchivedDocument {
            number: self.block.number,
            bytes: bytes.to_vec(),
        };
        self.returned += size;
        self.block.number += 1;
        Some(Ok(document))
    }
}

impl<R: Read> std::iter::FusedIterator for ArchiveReader<R> {}
