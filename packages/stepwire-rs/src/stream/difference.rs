use std::ops::Range;

use super::fields::{Field, Fields, locate};
use super::format::{MAXIMUM_STEPS, MAXIMUM_VALUES};
use super::schema::child;
use super::shape::pack_path;

/// What a payload has in common with the previous one.
#[derive(Debug, Default)]
pub(crate) struct Difference {
    /// A bit for each field of the previous payload that the new one does not have or that differs, and
    /// where the others are in the event.
    pub(crate) mask: u64,
    pub(crate) kept: Vec<Range<usize>>,
}

impl Difference {
    /// Compares the payload of an event, whose fields can be read, with the previous payload.
    pub(crate) fn find(event: &[u8], payload: Range<usize>, former: &[u8]) -> Self {
        let mut difference = Self::default();
        let (mut now, mut before) = (Fields::default(), Fields::default());
        if !(now.read(event, payload) && before.read(former, 0..former.len())) {
            return difference;
        }
        for (index, field) in before.as_slice().iter().enumerate() {
            let same = now.find(field.number);
            if let Some(same) = same.filter(|same| is_equal(event, same, former, field)) {
                difference.kept.push(same.range.clone());
            } else {
                difference.mask |= 1 << index;
            }
        }
        difference
    }
}

/// The values of a payload that changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) paths: Vec<u64>,
    /// Where the values are in the event.
    pub(crate) values: Vec<Range<usize>>,
    /// Whether one of the values is a message, in which there may be smaller changes.
    pub(crate) has_messages: bool,
    steps: Vec<usize>,
}

impl Changes {
    /// Finds the changed values of a payload. Returns none if they cannot be written alone.
    pub(crate) fn find(
        event: &[u8],
        payload: Range<usize>,
        former: &[u8],
        message: usize,
    ) -> Option<Self> {
        let mut changes = Self::default();
        let is_found = changes.enter(event, payload, former, 0..former.len(), message);
        (is_found && !changes.paths.is_empty()).then_some(changes)
    }

    /// Finds the changed values in a message. Returns false if something else has changed.
    fn enter(
        &mut self,
        event: &[u8],
        now: Range<usize>,
        former: &[u8],
        before: Range<usize>,
        message: usize,
    ) -> bool {
        let (mut fields, mut others) = (Fields::default(), Fields::default());
        if !(fields.read(event, now) && others.read(former, before)) {
            return false;
        }
        let (fields, others) = (fields.as_slice(), others.as_slice());
        let numbers =
            |fields: &[Field]| fields.iter().map(|field| field.number).collect::<Vec<_>>();
        if self.steps.len() == MAXIMUM_STEPS || numbers(fields) != numbers(others) {
            return false;
        }
        for (index, (field, other)) in fields.iter().zip(others).enumerate() {
            if is_equal(event, field, former, other) {
                continue;
            }
            self.steps.push(index);
            let is_added = self.add(event, field, former, other, message);
            self.steps.pop();
            if !is_added {
                return false;
            }
        }
        true
    }

    /// Adds the value of a field, or the changed values in it.
    fn add(
        &mut self,
        event: &[u8],
        field: &Field,
        former: &[u8],
        other: &Field,
        message: usize,
    ) -> bool {
        let (Some(value), Some(old)) = (locate(event, field), locate(former, other)) else {
            return false;
        };
        let inner = child(message, field.number);
        let (count, has_messages) = (self.paths.len(), self.has_messages);
        if let Some(inner) = inner {
            let steps = self.steps.len();
            if self.enter(event, value.range(), former, old.range(), inner) {
                return true;
            }
            self.steps.truncate(steps);
            self.paths.truncate(count);
            self.values.truncate(count);
        }
        self.has_messages = has_messages || inner.is_some();
        self.paths.push(pack_path(&self.steps));
        self.values.push(value.range());
        self.paths.len() <= MAXIMUM_VALUES
    }
}

fn is_equal(event: &[u8], field: &Field, former: &[u8], other: &Field) -> bool {
    field.number == other.number && event[field.range.clone()] == former[other.range.clone()]
}
