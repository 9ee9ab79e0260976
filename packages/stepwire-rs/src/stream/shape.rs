use super::format::write_varint;

/// The number of the slot follows. Otherwise it equals the number of the arm.
pub(crate) const SLOT_FLAG: u64 = 2;
/// Only a value changed; the number is that of the steps to it. Otherwise it is a mask.
pub(crate) const VALUE_FLAG: u64 = 1;
/// A form has two flags, and a number multiplied by this.
pub(crate) const FORM_FACTOR: u64 = 4;

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

/// What is not written of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A bit for each field of the previous payload that is left out.
    LeftOut(u64),
    /// All but one value, and the index of the field to enter at each step to it.
    Value(Vec<u64>),
}

impl Shape {
    pub(crate) fn write(&self, output: &mut Vec<u8>) {
        let Self::Payload { arm, slot, content } = self else {
            write_varint(output, 0);
            return;
        };
        let (number, flag) = match content {
            Content::LeftOut(mask) => (*mask, 0),
            Content::Value(steps) => (steps.len() as u64, VALUE_FLAG),
        };
        let slot_flag = if slot == arm { 0 } else { SLOT_FLAG };
        write_varint(output, (*arm).into());
        write_varint(output, number * FORM_FACTOR + flag + slot_flag);
        if slot != arm {
            write_varint(output, (*slot).into());
        }
        if let Content::Value(steps) = content {
            for step in steps {
                write_varint(output, *step);
            }
        }
    }
}

/// Returns the indexes of the bits of a mask.
pub(crate) fn indexes(mask: u64) -> impl Iterator<Item = usize> {
    (0..u64::BITS as usize).filter(move |index| mask >> index & 1 == 1)
}
