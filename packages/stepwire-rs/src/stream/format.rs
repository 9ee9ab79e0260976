//! Constants of the format, and its varints.

/// The first bytes of a stream. The first byte is not ASCII, so no text starts like this.
pub(crate) const MAGIC: [u8; 3] = [0x89, b'S', b'W'];

/// The version that is written, and the newest that is read.
pub(crate) const VERSION: u64 = 1;

/// The head of a control record.
pub(crate) const CONTROL_HEAD: u64 = 0;

/// The body of the event is a text; the number of the head is its place.
pub(crate) const TEXT_FLAG: u64 = 1;
/// A shape follows the head.
pub(crate) const SHAPE_FLAG: u64 = 2;
/// A head has two flags, and the size of the body + 1 or the place of a text, multiplied by this.
pub(crate) const HEAD_FACTOR: u64 = 4;

/// The codes of control records.
pub(crate) mod control {
    pub(crate) const END: u64 = 0;
    pub(crate) const JUMP: u64 = 1;
    pub(crate) const ALIVE: u64 = 2;
    pub(crate) const FAILURE: u64 = 3;
}

/// Maximum number of bytes of a varint.
const VARINT_BYTES: usize = 8;

/// The largest varint, and the largest number of an event.
pub(crate) const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// Maximum number of fields of a message whose fields are left out or entered.
pub(crate) const MAXIMUM_FIELDS: usize = 48;

/// Maximum number of steps to a changed value.
pub(crate) const MAXIMUM_STEPS: usize = 8;

/// Maximum number of changed values.
pub(crate) const MAXIMUM_VALUES: usize = 8;

/// Maximum number of parts of a body that are copied.
pub(crate) const MAXIMUM_COPIES: usize = 256;

/// Size of the end of all earlier bodies from which parts can be copied, in bytes.
pub(crate) const HISTORY_BYTES: usize = 16 * 1024;

/// Number of texts that are remembered, and their maximum size in bytes.
pub(crate) const TEXTS: usize = 32;
pub(crate) const TEXT_BYTES: usize = 16;

/// Field numbers of Protobuf messages, and the numbers of slots, are less than this.
pub(crate) const FIELD_NUMBERS: u64 = 1 << 29;

/// Size of the state for one slot in addition to its payload, in bytes.
pub(crate) const SLOT_BYTES: usize = 64;

/// The wire type of a record with a size.
pub(crate) const LENGTH_DELIMITED: u64 = 2;

/// A varint cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VarintError {
    /// The bytes end before it.
    CutOff,
    /// It is longer than 8 bytes, or larger than 2^53 - 1.
    TooLong,
}

/// Reads a varint of a record. Advances the position.
pub(crate) fn read_varint(bytes: &[u8], position: &mut usize) -> Result<u64, VarintError> {
    let rest = bytes.get(*position..).unwrap_or_default();
    let mut value = 0;
    for (index, byte) in rest.iter().take(VARINT_BYTES).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            *position += index + 1;
            return if value <= LARGEST_NUMBER {
                Ok(value)
            } else {
                Err(VarintError::TooLong)
            };
        }
    }
    Err(if rest.len() < VARINT_BYTES {
        VarintError::CutOff
    } else {
        VarintError::TooLong
    })
}

/// Appends the shortest varint.
pub(crate) fn write_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// Appends a size as the shortest varint.
pub(crate) fn write_size(bytes: &mut Vec<u8>, size: usize) {
    write_varint(bytes, size as u64);
}

/// Returns the size of the shortest varint.
pub(crate) fn varint_size(value: u64) -> usize {
    let bits = u64::BITS - (value | 1).leading_zeros();
    bits.div_ceil(7) as usize
}

/// Returns the tag of a length-delimited record.
pub(crate) fn value_tag(number: u32) -> u64 {
    u64::from(number) << 3 | LENGTH_DELIMITED
}
