use super::format::{MAXIMUM_FIELDS, MAXIMUM_STEPS, write_varint};

/// Parts of the body are copied. The first number of a shape has this flag, and the arm multiplied by
/// `ARM_FACTOR`.
pub(crate) const COPIES_FLAG: u64 = 1;
pub(crate) const ARM_FACTOR: u64 = 2;

/// The kinds of content; the second number of a shape has one of them.
pub(crate) mod kind {
    pub(crate) const EVENT: u64 = 0;
    pub(crate) const VALUES: u64 = 1;
    pub(crate) const PAYLOAD: u64 = 2;
    pub(crate) const COUNT: u64 = 4;
}

/// The number of the slot follows. Otherwise it equals the number of the arm.
pub(crate) const SLOT_FLAG: u64 = 4;
/// A form has a kind, a flag, and a number multiplied by this.
pub(crate) const FORM_FACTOR: u64 = 8;

/// Says how an event is written. A shape applies to an event and to those after it, until another
/// shape is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The event is complete, and its payload is not remembered.
    #[default]
    Whole,
    /// The payload in a field of the event.
    Payload {
        /// Field number of the payload.
        arm: u32,
        /// Number of the slot with the previous payload of the same message type.
        slot: u32,
        content: Content,
    },
}

/// What is written of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The event without the fields that are kept. The mask has a bit for each field of the previous
    /// payload that is not kept.
    Event(u64),
    /// The payload without the fields that are kept.
    Payload(u64),
    /// The changed values, with the paths to them.
    Values(Vec<u64>),
}

impl Shape {
    /// Whether the body of an event is its only changed value.
    pub(crate) fn has_one_value(&self) -> bool {
        matches!(self, Self::Payload { content: Content::Values(paths), .. } if paths.len() == 1)
    }

    pub(crate) fn write(&self, output: &mut Vec<u8>, has_copies: bool) {
        let Self::Payload { arm, slot, content } = self else {
            write_varint(output, has_copies.into());
            return;
        };
        let (number, kind) = match content {
            Content::Event(mask) => (*mask, kind::EVENT),
            Content::Payload(mask) => (*mask, kind::PAYLOAD),
            Content::Values(paths) => (paths.len() as u64, kind::VALUES),
        };
        let slot_flag = if slot == arm { 0 } else { SLOT_FLAG };
        write_varint(output, u64::from(*arm) * ARM_FACTOR + u64::from(has_copies));
        write_varint(output, number * FORM_FACTOR + slot_flag + kind);
        if slot != arm {
            write_varint(output, (*slot).into());
        }
        if let Content::Values(paths) = content {
            for path in paths {
                write_varint(output, *path);
            }
        }
    }
}

/// Returns a path as a number. Its steps are the indexes of fields: of the payload, of the message in
/// this field, and so on.
pub(crate) fn pack_path(steps: &[usize]) -> u64 {
    let digits = steps.iter().rev();
    let packed = digits.fold(0, |packed, step| {
        packed * MAXIMUM_FIELDS as u64 + *step as u64
    });
    packed * MAXIMUM_STEPS as u64 + steps.len() as u64 - 1
}

/// Returns the steps of a path; none if the path is too large.
pub(crate) fn unpack_path(path: u64) -> Option<Vec<u64>> {
    let mut rest = path / MAXIMUM_STEPS as u64;
    let steps = (0..=path % MAXIMUM_STEPS as u64)
        .map(|_| {
            let step = rest % MAXIMUM_FIELDS as u64;
            rest /= MAXIMUM_FIELDS as u64;
            step
        })
        .collect();
    (rest == 0).then_some(steps)
}
