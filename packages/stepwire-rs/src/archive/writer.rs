use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};

use super::crc32;
use super::documents::find_whole;
use super::parts::{
    BLOCK_BYTES, Description, Id, Kind, MAXIMUM_NAME_BYTES, Part, TRAILER_BYTES, write_part,
};

/// A block ends with the document that makes it so large.
const BLOCK_SIZE: usize = 1024 * 1024;
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 3;

/// How the blocks of an archive are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not compressed.
    #[default]
    None,
    /// Zstandard.
    #[cfg(feature = "zstd")]
    Zstd,
}

/// Writes an archive. Without [`ArchiveWriter::finish`], readers find that it is cut off, and read its
/// documents. After its output has failed, all calls fail: a part may have been written in part.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    output: W,
    compression: Compression,
    id: Id,
    /// Offset of each block, and the number of documents before it.
    entries: Vec<(u64, u64)>,
    size: u64,
    /// The number of documents in blocks that were written.
    written: u64,
    block: Vec<u8>,
    documents: u32,
    /// Whether the output has failed, so that nobody knows how much of a part it has.
    has_failed: bool,
}

impl<W: Write> ArchiveWriter<W> {
    /// Returns a writer of messages of a type, by its full name; empty if it is unknown.
    ///
    /// # Errors
    ///
    /// The output failed, or the name has more than 1,024 bytes.
    pub fn new(output: W, message: &str, compression: Compression) -> io::Result<Self> {
        let id = RandomState::new().build_hasher().finish().to_le_bytes();
        Self::with_id(output, message, compression, id)
    }

    /// Returns a writer with a given identifier, which must be random: documents must not be able to
    /// contain what looks like a part of the archive.
    ///
    /// # Errors
    ///
    /// As for [`ArchiveWriter::new`].
    pub fn with_id(
        mut output: W,
        message: &str,
        compression: Compression,
        id: [u8; 8],
    ) -> io::Result<Self> {
        if message.len() > MAXIMUM_NAME_BYTES {
            return Err(invalid("the name of the type has more than 1,024 bytes"));
        }
        let mut header = Vec::new();
        let part = Part::Header {
            id,
            message: message.into(),
        };
        write_part(&part, &mut header);
        output.write_all(&header)?;
        Ok(Self {
            output,
            compression,
            id,
            entries: Vec::new(),
            size: header.len() as u64,
            written: 0,
            block: Vec::new(),
            documents: 0,
            has_failed: false,
        })
    }

    /// Adds a document in binary. Writes a block if it is full.
    ///
    /// # Errors
    ///
    /// The output failed, or the document has 2^31 bytes or more.
    pub fn write(&mut self, document: impl AsRef<[u8]>) -> io::Result<()> {
        self.check()?;
        let document = document.as_ref();
        let mut size = u32::try_from(document.len())
            .ok()
            .filter(|size| *size < 1 << 31)
            .ok_or_else(|| invalid("a document has 2^31 bytes or more"))?;
        while size > 0x7f {
            self.block.push(size.to_le_bytes()[0] | 0x80);
            size >>= 7;
        }
        self.block.push(size.to_le_bytes()[0]);
        self.block.extend_from_slice(document);
        self.documents += 1;
        if self.block.len() >= BLOCK_SIZE {
            self.end_block()?;
        }
        Ok(())
    }

    /// Adds size-delimited documents, as `pack_lines` of a converter returns them, and the blocks of
    /// [`Converter::pack`](crate::Converter::pack) contain them.
    ///
    /// # Errors
    ///
    /// The output failed, or the bytes are not size-delimited documents.
    pub fn write_delimited(&mut self, documents: &[u8]) -> io::Result<()> {
        self.check()?;
        let mut rest = documents;
        while !rest.is_empty() {
            let room = BLOCK_SIZE.saturating_sub(self.block.len());
            let part = &rest[..rest.len().min(room)];
            let mut found = find_whole(part, usize::MAX, false);
            if found.documents == 0 {
                // The next document is larger than the room.
                let Some((_, size)) = super::documents::first(rest) else {
                    return Err(invalid("the bytes are not size-delimited documents"));
                };
                found.documents = 1;
                found.size = size;
            }
            self.block.extend_from_slice(&rest[..found.size]);
            self.documents += found.documents;
            rest = &rest[found.size..];
            if self.block.len() >= BLOCK_SIZE {
                self.end_block()?;
            }
        }
        Ok(())
    }

    /// Ends the block and flushes the output, after which all documents so far can be read.
    ///
    /// # Errors
    ///
    /// The output failed.
    pub fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        self.end_block()?;
        self.has_failed = true;
        self.output.flush()?;
        self.has_failed = false;
        Ok(())
    }

    /// Ends the archive, and returns the output.
    ///
    /// # Errors
    ///
    /// The output failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.check()?;
        self.end_block()?;
        let mut payload = Vec::new();
        for (offset, before) in &self.entries {
            payload.extend_from_slice(&offset.to_le_bytes());
            payload.extend_from_slice(&before.to_le_bytes());
        }
        let blocks = u32::try_from(self.entries.len()).ok();
        let size = u32::try_from(payload.len()).ok();
        let (Some(blocks), Some(size)) = (blocks, size) else {
            return Err(invalid("the archive has too many blocks"));
        };
        let mut end = Vec::new();
        let index = Part::Described(Description {
            kind: Kind::Index,
            id: self.id,
            before: self.written,
            documents: blocks,
            size,
            stored: size,
            codec: 0,
            checksum: crc32(&payload),
        });
        write_part(&index, &mut end);
        end.extend_from_slice(&payload);
        let trailer = Part::Trailer {
            id: self.id,
            index: self.size,
            size: self.size + (end.len() + TRAILER_BYTES) as u64,
        };
        write_part(&trailer, &mut end);
        self.output.write_all(&end)?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn check(&self) -> io::Result<()> {
        if self.has_failed {
            return Err(io::Error::other("the output of the archive has failed"));
        }
        Ok(())
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.documents == 0 {
            return Ok(());
        }
        let (codec, compressed) = match self.compression {
            Compression::None => (0, None),
            #[cfg(feature = "zstd")]
            Compression::Zstd => (1, Some(zstd::bulk::compress(&self.block, ZSTD_LEVEL)?)),
        };
        let payload = compressed.as_ref().unwrap_or(&self.block);
        let size = |bytes: &[u8]| {
            u32::try_from(bytes.len()).map_err(|_| invalid("a block has 2^32 bytes or more"))
        };
        let mut head = Vec::new();
        let description = Part::Described(Description {
            kind: Kind::Block,
            id: self.id,
            before: self.written,
            documents: self.documents,
            size: size(&self.block)?,
            stored: size(payload)?,
            codec,
            checksum: crc32(payload),
        });
        write_part(&description, &mut head);
        self.has_failed = true;
        self.output.write_all(&head)?;
        self.output.write_all(payload)?;
        self.has_failed = false;
        self.entries.push((self.size, self.written));
        self.size += (BLOCK_BYTES + payload.len()) as u64;
        self.written += u64::from(self.documents);
        self.documents = 0;
        self.block.clear();
        self.block.shrink_to(2 * BLOCK_SIZE);
        Ok(())
    }
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}
