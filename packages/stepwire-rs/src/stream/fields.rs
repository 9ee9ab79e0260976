use std::ops::Range;

use super::format::{LENGTH_DELIMITED, MAXIMUM_FIELDS, value_tag, write_varint};

/// Maximum sizes of varints in a message: of a tag, of a size, and of a value.
const TAG_BYTES: usize = 5;
const SIZE_BYTES: usize = 7;
const VALUE_BYTES: usize = 10;

/// The records of a message that have the same number and follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) number: u32,
    /// Where the records are.
    pub(crate) range: Range<usize>,
}

/// Where the value of a length-delimited field is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Value {
    /// Offset of the size of the value, of the value, and of the byte after it.
    pub(crate) size_at: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Value {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The fields of a message, found without its schema.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    list: Vec<Field>,
}

impl Fields {
    /// Finds the fields of a message. Returns false if a field is malformed or a group, if the fields
    /// are not in ascending order of their numbers, or if there are more than `MAXIMUM_FIELDS`.
    pub(crate) fn read(&mut self, bytes: &[u8], range: Range<usize>) -> bool {
        self.list.clear();
        let Some(message) = bytes.get(..range.end) else {
            return false;
        };
        let mut position = range.start;
        let mut previous = 1;
        while position < range.end {
            let start = position;
            let Some(number) = skip_record(message, &mut position) else {
                return false;
            };
            if number < previous {
                return false;
            }
            match self.list.last_mut() {
                Some(last) if last.number == number => last.range.end = position,
                _ => self.list.push(Field {
                    number,
                    range: start..position,
                }),
            }
            previous = number;
            if self.list.len() > MAXIMUM_FIELDS {
                return false;
            }
        }
        true
    }

    pub(crate) fn as_slice(&self) -> &[Field] {
        &self.list
    }

    /// Returns the field with a number.
    pub(crate) fn find(&self, number: u32) -> Option<&Field> {
        self.list.iter().find(|field| field.number == number)
    }
}

/// Skips a record. Returns its number, or none if it is malformed.
fn skip_record(message: &[u8], position: &mut usize) -> Option<u32> {
    let tag = u32::try_from(varint(message, position, TAG_BYTES)?).ok()?;
    match u64::from(tag & 7) {
        0 => {
            let rest = message.get(*position..)?;
            let last = rest
                .iter()
                .take(VALUE_BYTES)
                .position(|byte| *byte < 0x80)?;
            // Only one bit of the last byte fits into 64 bits.
            if last == VALUE_BYTES - 1 && rest[last] > 1 {
                return None;
            }
            *position += last + 1;
        }
        1 => *position += 8,
        5 => *position += 4,
        LENGTH_DELIMITED => {
            let size = varint(message, position, SIZE_BYTES)?;
            *position = position.checked_add(usize::try_from(size).ok()?)?;
        }
        _ => return None,
    }
    (*position <= message.len()).then_some(tag >> 3)
}

fn varint(message: &[u8], position: &mut usize, most: usize) -> Option<u64> {
    let mut value = 0;
    for (index, byte) in message.get(*position..)?.iter().take(most).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            *position += index + 1;
            return Some(value);
        }
    }
    None
}

/// Finds the value of a field. Returns none unless the field is one length-delimited record, whose tag
/// and size have no unnecessary bytes.
pub(crate) fn locate(bytes: &[u8], field: &Field) -> Option<Value> {
    let end = field.range.end;
    let record = bytes.get(field.range.clone())?;
    let mut expected = Vec::with_capacity(TAG_BYTES + SIZE_BYTES);
    write_varint(&mut expected, value_tag(field.number));
    let tag_size = expected.len();
    let mut position = tag_size;
    let size = varint(record, &mut position, SIZE_BYTES)?;
    write_varint(&mut expected, size);
    let start = field.range.start + position;
    (record.starts_with(&expected) && size == (end - start) as u64).then_some(Value {
        size_at: field.range.start + tag_size,
        start,
        end,
    })
}
