//! Archives: many binary messages in a file. `docs/archive-format.md` of the project defines the format.
//!
//! [`ArchiveReader`] also reads size-delimited messages, which are all that the libraries of Protobuf write.
//! If an archive is damaged, everything before the damage is returned, and optionally everything after it.

mod container;
mod documents;
mod error;
mod parts;
mod reader;
mod window;
mod writer;

pub use error::{ArchiveDamage, ArchiveError, ArchiveErrorCode, ArchiveGap};
pub use reader::{ArchiveBlock, ArchiveOptions, ArchiveReader, ArchivedDocument};
pub use writer::{ArchiveWriter, Compression};

/// CRC-32 as in zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
