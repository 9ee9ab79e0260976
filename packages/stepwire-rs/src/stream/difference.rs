use std::ops::Range;

use super::fields::{Field, Fields, locate};
use super::format::MAXIMUM_STEPS;
use super::schema::child;

/// What a payload has in common with the previous one.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// The fields that equal those of the previous payload: a bit for each index there, and where they
    /// are in the event.
    pub(crate) mask: u64,
    pub(crate) equal: Vec<Range<usize>>,
    /// The steps to the only changed value, and where it is in the event. No steps if more has changed.
    pub(crate) steps: Vec<u64>,
    pub(crate) value: Range<usize>,
}

impl Difference {
    /// Compares the payload of an event, whose fields can be read, with the previous payload.
    pub(crate) fn find(event: &[u8], payload: Range<usize>, former: &[u8], message: usize) -> Self {
        let mut difference = Self::default();
        let (mut now, mut before) = (Fields::default(), Fields::default());
        if now.read(event, payload) && before.read(former, 0..former.len()) {
            difference.find_equal(event, now.as_slice(), former, before.as_slice());
            let count = now.as_slice().len();
            if before.as_slice().len() == count && difference.equal.len() + 1 == count {
                difference.enter(event, &mut now, former, &mut before, message);
            }
        }
        difference
    }

    fn find_equal(&mut self, event: &[u8], now: &[Field], former: &[u8], before: &[Field]) {
        for (index, field) in before.iter().enumerate() {
            let same = now.iter().find(|other| other.number == field.number);
            if let Some(same) = same.filter(|same| is_equal(event, same, former, field)) {
                self.mask |= 1 << index;
                self.equal.push(same.range.clone());
            }
        }
    }

    /// Follows the only changed field, as far as only one field in it has changed.
    fn enter(
        &mut self,
        event: &[u8],
        now: &mut Fields,
        former: &[u8],
        before: &mut Fields,
        message: usize,
    ) {
        let mut message = Some(message);
        while let Some(known) = message.filter(|_| self.steps.len() < MAXIMUM_STEPS) {
            let (fields, others) = (now.as_slice(), before.as_slice());
            let Some(index) = only_change(event, fields, former, others) else {
                return;
            };
            let number = fields[index].number;
            let (Some(inner), Some(other)) = (
                locate(event, &fields[index]),
                locate(former, &others[index]),
            ) else {
                return;
            };
            self.steps.push(index as u64);
            self.value = inner.range();
            message = child(known, number);
            if message.is_some()
                && !(now.read(event, inner.range()) && before.read(former, other.range()))
            {
                return;
            }
        }
    }
}

/// Returns the index of the only field that differs. None if there are several, or if the messages
/// have different fields.
fn only_change(event: &[u8], now: &[Field], former: &[u8], before: &[Field]) -> Option<usize> {
    if now.len() != before.len() {
        return None;
    }
    let mut only = None;
    for (index, (field, other)) in now.iter().zip(before).enumerate() {
        if field.number != other.number {
            return None;
        }
        if !is_equal(event, field, former, other) {
            if only.is_some() {
                return None;
            }
            only = Some(index);
        }
    }
    only
}

fn is_equal(event: &[u8], field: &Field, former: &[u8], other: &Field) -> bool {
    field.number == other.number && event[field.range.clone()] == former[other.range.clone()]
}
