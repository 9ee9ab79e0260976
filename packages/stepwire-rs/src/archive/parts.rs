use super::crc32;
use super::error::ArchiveErrorCode as Code;

/// The first bytes of each part, before its kind.
const MAGIC: [u8; 3] = [0x8a, 0x53, 0x57];
pub(super) const FIRST_MAGIC_BYTE: u8 = MAGIC[0];
/// Size of the first bytes with the kind.
pub(super) const MAGIC_BYTES: usize = 4;
const VERSION: u16 = 1;
const CRC_BYTES: usize = 4;
pub(super) const MAXIMUM_NAME_BYTES: usize = 1024;
const NAME_OFFSET: usize = 16;
pub(super) const BLOCK_BYTES: usize = 44;
pub(super) const TRAILER_BYTES: usize = 32;
/// Size of the entry of a block in the index.
pub(super) const ENTRY_BYTES: usize = 16;
/// Numbers are at most 2^53 - 1.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

pub(super) type Id = [u8; 8];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Header,
    Block,
    Index,
    Trailer,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Block => "block",
            Self::Index => "index",
            Self::Trailer => "trailer",
        }
    }

    fn letter(self) -> u8 {
        match self {
            Self::Header => b'A',
            Self::Block => b'B',
            Self::Index => b'I',
            Self::Trailer => b'T',
        }
    }
}

/// The description of a block, or of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Description {
    pub(super) kind: Kind,
    pub(super) id: Id,
    /// Number of documents in all blocks before it.
    pub(super) before: u64,
    /// Number of documents; of blocks in an index.
    pub(super) documents: u32,
    pub(super) size: u32,
    pub(super) stored: u32,
    pub(super) codec: u32,
    pub(super) checksum: u32,
}

pub(super) enum Part {
    Header { id: Id, message: String },
    Described(Description),
    Trailer { id: Id, index: u64, size: u64 },
}

impl Part {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Header { .. } => Kind::Header,
            Self::Described(description) => description.kind,
            Self::Trailer { .. } => Kind::Trailer,
        }
    }

    pub(super) fn id(&self) -> Id {
        match self {
            Self::Header { id, .. } | Self::Trailer { id, .. } => *id,
            Self::Described(description) => description.id,
        }
    }
}

pub(super) fn kind_of(bytes: &[u8]) -> Option<Kind> {
    let letter = bytes.strip_prefix(&MAGIC)?.first()?;
    [Kind::Header, Kind::Block, Kind::Index, Kind::Trailer]
        .into_iter()
        .find(|kind| kind.letter() == *letter)
}

/// Whether a few bytes are the start of the first bytes of a header.
pub(super) fn is_start_of_magic(bytes: &[u8]) -> bool {
    [MAGIC[0], MAGIC[1], MAGIC[2], Kind::Header.letter()].starts_with(bytes)
}

/// The size of a part without its payload, as far as its bytes tell.
pub(super) fn part_bytes(kind: Kind, bytes: &[u8]) -> usize {
    match kind {
        Kind::Header => {
            let name = bytes.get(6..8).map_or(0, |size| {
                usize::from(u16::from_le_bytes([size[0], size[1]]))
            });
            NAME_OFFSET + name + CRC_BYTES
        }
        Kind::Block | Kind::Index => BLOCK_BYTES,
        Kind::Trailer => TRAILER_BYTES,
    }
}

/// Reads a part. All of its bytes are there, or the input ends.
pub(super) fn read_part(kind: Kind, bytes: &[u8]) -> Result<Part, (Code, String)> {
    let name = kind.name();
    let size = part_bytes(kind, bytes);
    if kind == Kind::Header && size > NAME_OFFSET + MAXIMUM_NAME_BYTES + CRC_BYTES {
        let message = format!("a header with a name of more than {MAXIMUM_NAME_BYTES} bytes");
        return Err((Code::Malformed, message));
    }
    let Some(part) = bytes.get(..size) else {
        let found = bytes.len();
        let message = format!("the archive ends within a {name}: {found} of {size} bytes");
        return Err((Code::CutOff, message));
    };
    let end = size - CRC_BYTES;
    if crc32(&part[..end]) != word(part, end) {
        return Err((Code::Checksum, format!("the checksum of a {name} is wrong")));
    }
    decode(kind, &part[..end])
}

fn decode(kind: Kind, part: &[u8]) -> Result<Part, (Code, String)> {
    if kind == Kind::Header {
        let version = u16::from_le_bytes([part[4], part[5]]);
        if version != VERSION {
            return Err(if version > VERSION {
                let message = format!("version {version} of the format is newer than {VERSION}");
                (Code::NewerVersion, message)
            } else {
                (Code::Malformed, format!("a header of version {version}"))
            });
        }
        return match std::str::from_utf8(&part[NAME_OFFSET..]) {
            Ok(message) => Ok(Part::Header {
                id: id(part, 8),
                message: message.into(),
            }),
            Err(_) => Err((Code::Malformed, "a name of a type that is not UTF-8".into())),
        };
    }
    let long = |at: usize| u64::from(word(part, at)) | u64::from(word(part, at + 4)) << 32;
    let numbers = [long(12), if kind == Kind::Trailer { long(20) } else { 0 }];
    if numbers.iter().any(|number| *number > LARGEST_NUMBER) {
        let message = format!("a {} with a number above 2^53 - 1", kind.name());
        return Err((Code::Malformed, message));
    }
    let id = id(part, MAGIC_BYTES);
    Ok(if kind == Kind::Trailer {
        let [index, size] = numbers;
        Part::Trailer { id, index, size }
    } else {
        Part::Described(Description {
            kind,
            id,
            before: numbers[0],
            documents: word(part, 20),
            size: word(part, 24),
            stored: word(part, 28),
            codec: word(part, 32),
            checksum: word(part, 36),
        })
    })
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn id(bytes: &[u8], at: usize) -> Id {
    let mut id = Id::default();
    id.copy_from_slice(&bytes[at..at + 8]);
    id
}

/// Appends the bytes of a part, without its payload.
pub(super) fn write_part(part: &Part, output: &mut Vec<u8>) {
    let start = output.len();
    output.extend_from_slice(&MAGIC);
    output.push(part.kind().letter());
    match part {
        Part::Header { id, message } => {
            output.extend_from_slice(&VERSION.to_le_bytes());
            let size = u16::try_from(message.len()).unwrap_or(u16::MAX);
            output.extend_from_slice(&size.to_le_bytes());
            output.extend_from_slice(id);
            output.extend_from_slice(message.as_bytes());
        }
        Part::Described(description) => {
            output.extend_from_slice(&description.id);
            output.extend_from_slice(&description.before.to_le_bytes());
            for word in [
                description.documents,
                description.size,
                description.stored,
                description.codec,
                description.checksum,
            ] {
                output.extend_from_slice(&word.to_le_bytes());
            }
        }
        Part::Trailer { id, index, size } => {
            output.extend_from_slice(id);
            output.extend_from_slice(&index.to_le_bytes());
            output.extend_from_slice(&size.to_le_bytes());
        }
    }
    let crc = crc32(&output[start..]);
    output.extend_from_slice(&crc.to_le_bytes());
}
