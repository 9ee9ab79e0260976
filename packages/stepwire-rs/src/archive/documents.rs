use super::error::ArchiveErrorCode as Code;

/// Maximum number of bytes of a varint.
const MAXIMUM_SIZE_BYTES: usize = 10;

/// The complete documents at the start of a buffer.
pub(super) struct Whole {
    pub(super) documents: u32,
    /// The bytes of these documents, with the size before each.
    pub(super) size: usize,
    /// What is wrong with the bytes after them, if they are no document.
    pub(super) damage: Option<(Code, String)>,
}

/// The size before a document, as far as its bytes are there.
fn read_size(bytes: &[u8]) -> (u64, usize, bool) {
    let mut size: u64 = 0;
    for (index, byte) in bytes.iter().take(MAXIMUM_SIZE_BYTES).enumerate() {
        let bits = u64::from(byte & 0x7f);
        // More than 64 bits are too large in any case.
        size |= if index == 9 && bits > 1 {
            u64::MAX
        } else {
            bits << (7 * index)
        };
        if byte & 0x80 == 0 {
            return (size, index + 1, true);
        }
    }
    (size, bytes.len().min(MAXIMUM_SIZE_BYTES), false)
}

/// Counts the complete documents in a buffer that begins with one.
pub(super) fn find_whole(bytes: &[u8], max_bytes: usize, last: bool) -> Whole {
    let mut whole = Whole {
        documents: 0,
        size: 0,
        damage: None,
    };
    while whole.size < bytes.len() {
        let rest = &bytes[whole.size..];
        let (size, width, is_whole) = read_size(rest);
        let found = rest.len() - width;
        if size > max_bytes as u64 {
            let message = format!("a document of more than {max_bytes} bytes");
            whole.damage = Some((Code::TooLarge, message));
            return whole;
        }
        if !is_whole && width == MAXIMUM_SIZE_BYTES {
            let message = format!("a size of more than {MAXIMUM_SIZE_BYTES} bytes");
            whole.damage = Some((Code::Malformed, message));
            return whole;
        }
        if !is_whole || size > found as u64 {
            if last {
                let message = if is_whole {
                    format!("the archive ends within a document: {found} of {size} bytes")
                } else {
                    "the archive ends within the size of a document".into()
                };
                whole.damage = Some((Code::CutOff, message));
            }
            return whole;
        }
        // It is at most the number of bytes that are there.
        whole.size += width + usize::try_from(size).unwrap_or(found);
        whole.documents += 1;
    }
    whole
}

/// Returns the first document, without and with its size.
pub(super) fn first(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (size, width, is_whole) = read_size(bytes);
    let end = width.checked_add(usize::try_from(size).ok()?)?;
    let document = bytes.get(width..end)?;
    is_whole.then_some((document, end))
}
