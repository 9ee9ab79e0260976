use std::ops::Range;

use super::fields::{Fields, Value, locate};
use super::format::{read_varint, varint_size, write_size};
use super::shape::unpack_path;

/// A changed value in a payload, or a message around one.
#[derive(Debug, Default)]
struct Place {
    value: Value,
    /// Index of the place around it.
    parent: Option<usize>,
    is_value: bool,
    /// Size of the content in the new payload.
    size: usize,
    /// The size in a payload that is compared.
    read: usize,
}

/// Why paths do not fit a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathProblem {
    /// A step leads to a field that does not exist, or that cannot be entered.
    Reference,
    /// The paths are too large or not in ascending order.
    Malformed,
}

/// The places of the changed values in a payload, in the order of the bytes. They move with each
/// event, so that nothing is parsed while the shape stays the same.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    places: Vec<Place>,
    /// Where the changed values are in the bytes of the new event.
    pub(crate) values: Vec<Range<usize>>,
}

impl Layout {
    /// Finds the places that paths lead to.
    pub(crate) fn find(&mut self, before: &[u8], paths: &[u64]) -> Result<(), PathProblem> {
        self.places.clear();
        self.values.clear();
        let mut previous: Vec<u64> = Vec::new();
        // The places of the previous path.
        let mut around: Vec<usize> = Vec::new();
        for path in paths {
            let steps = unpack_path(*path).ok_or(PathProblem::Malformed)?;
            let same = steps.iter().zip(&previous);
            let common = same.take_while(|(step, other)| step == other).count();
            let is_after = match (steps.get(common), previous.get(common)) {
                (Some(step), Some(other)) => step > other,
                _ => previous.is_empty(),
            };
            if !is_after {
                return Err(PathProblem::Malformed);
            }
            around.truncate(common);
            for step in &steps[common..] {
                let parent = around.last().copied();
                let value = self.enter(before, parent, *step);
                around.push(self.places.len());
                self.places.push(Place {
                    value: value.ok_or(PathProblem::Reference)?,
                    parent,
                    ..Place::default()
                });
            }
            if let Some(last) = self.places.last_mut() {
                last.is_value = true;
            }
            self.values.push(0..0);
            previous = steps;
        }
        Ok(())
    }

    /// Returns the value that a step leads to.
    fn enter(&self, before: &[u8], parent: Option<usize>, step: u64) -> Option<Value> {
        let message = match parent {
            Some(parent) => self.places[parent].value.range(),
            None => 0..before.len(),
        };
        let mut fields = Fields::default();
        if !fields.read(before, message) {
            return None;
        }
        locate(before, fields.as_slice().get(usize::try_from(step).ok()?)?)
    }

    /// Finds the changed values in a payload of an event that equals the previous one apart from them.
    /// Returns false if it does not.
    pub(crate) fn matches(&mut self, former: &[u8], event: &[u8], payload: Range<usize>) -> bool {
        self.find_values(former, event, payload.clone()).is_some()
            && former.len().checked_add_signed(self.resize()) == Some(payload.len())
            && self.places.iter().all(|place| place.read == place.size)
    }

    fn find_values(&mut self, former: &[u8], event: &[u8], payload: Range<usize>) -> Option<()> {
        let event = event.get(..payload.end)?;
        let mut from = 0;
        let mut at = payload.start;
        let mut values = self.values.iter_mut();
        for place in &mut self.places {
            let same = &former[from..place.value.size_at];
            if !event.get(at..)?.starts_with(same) {
                return None;
            }
            at += same.len();
            let size = read_varint(event, &mut at).ok()?;
            place.read = usize::try_from(size).ok()?;
            from = place.value.start;
            if place.is_value {
                let end = at
                    .checked_add(place.read)
                    .filter(|end| *end <= event.len())?;
                *values.next()? = at..end;
                at = end;
                from = place.value.end;
            }
        }
        (event[at..] == former[from..]).then_some(())
    }

    /// Finds the values in a body: each but the last one follows its size. Returns false if a value is
    /// cut off.
    pub(crate) fn split(&mut self, body: &[u8]) -> bool {
        let mut at = 0;
        let last = self.values.len() - 1;
        for value in &mut self.values[..last] {
            let end = read_varint(body, &mut at)
                .ok()
                .and_then(|size| at.checked_add(usize::try_from(size).ok()?))
                .filter(|end| *end <= body.len());
            let Some(end) = end else {
                return false;
            };
            *value = at..end;
            at = end;
        }
        self.values[last] = at..body.len();
        true
    }

    /// Computes the sizes for new values. Returns how many bytes the new payload has more than the
    /// previous one.
    pub(crate) fn resize(&mut self) -> isize {
        let mut total = 0;
        let mut more = vec![0; self.places.len()];
        let mut values = self.values.iter().rev();
        for (index, place) in self.places.iter_mut().enumerate().rev() {
            let former = place.value.range().len();
            place.size = if place.is_value {
                values.next().map_or(0, ExactSizeIterator::len)
            } else {
                former.saturating_add_signed(more[index])
            };
            let before = former + place.value.start - place.value.size_at;
            let after = place.size + varint_size(place.size as u64);
            let added = after.cast_signed() - before.cast_signed();
            match place.parent {
                Some(parent) => more[parent] += added,
                None => total += added,
            }
        }
        total
    }

    /// Appends the new payload, after `resize`. `bytes` contains the values.
    pub(crate) fn write(&self, former: &[u8], bytes: &[u8], event: &mut Vec<u8>) {
        let mut from = 0;
        let mut values = self.values.iter();
        for place in &self.places {
            event.extend_from_slice(&former[from..place.value.size_at]);
            write_size(event, place.size);
            from = place.value.start;
            if place.is_value {
                let value = values.next().cloned().unwrap_or_default();
                event.extend_from_slice(&bytes[value]);
                from = place.value.end;
            }
        }
        event.extend_from_slice(&former[from..]);
    }

    /// Moves the places to where they are in the new payload, after `resize`.
    pub(crate) fn shift(&mut self) {
        let mut from = 0;
        let mut to = 0;
        for place in &mut self.places {
            let Value {
                size_at,
                start,
                end,
            } = place.value;
            to += size_at - from;
            from = if place.is_value { end } else { start };
            let start = to + varint_size(place.size as u64);
            place.value = Value {
                size_at: to,
                start,
                end: start + place.size,
            };
            to = if place.is_value {
                place.value.end
            } else {
                start
            };
        }
    }
}
