use super::error::{ErrorCode, Refusal};
use super::fields::{Field, Fields, Value, locate};
use super::format::{MAXIMUM_FIELDS, value_tag, varint_size, write_size, write_varint};
use super::shape::{Content, Shape, indexes};
use super::state::State;

/// Restores events from what was written and from the previous payloads.
#[derive(Debug)]
pub(crate) struct Restorer {
    state: State,
    max_event_bytes: usize,
    event: Fields,
    payload: Fields,
    former: Fields,
}

/// An event, and where its payload is.
struct Restored {
    event: Vec<u8>,
    payload: Value,
}

impl Restorer {
    pub(crate) fn new(max_event_bytes: usize, max_state_bytes: usize) -> Self {
        Self {
            state: State::new(max_state_bytes),
            max_event_bytes,
            event: Fields::default(),
            payload: Fields::default(),
            former: Fields::default(),
        }
    }

    /// Forgets all payloads.
    pub(crate) fn clear(&mut self) {
        self.state.clear();
    }

    /// Restores an event from its body.
    pub(crate) fn restore(&mut self, shape: &Shape, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let Shape::Payload { arm, slot, content } = shape else {
            return Ok(body.to_vec());
        };
        if self.state.get(*slot).is_none() && *content != Content::LeftOut(0) {
            let expected = format!("a previous payload in slot {slot}");
            return Err(Refusal::new(ErrorCode::MissingReference, expected, "none"));
        }
        let Restored { event, payload } = match content {
            Content::LeftOut(mask) => self.restore_fields(*arm, *slot, *mask, body)?,
            Content::Value(steps) => self.restore_value(*arm, *slot, steps, body)?,
        };
        self.state.set(*slot, &event[payload.range()]);
        Ok(event)
    }

    /// Inserts the fields that were left out.
    fn restore_fields(
        &mut self,
        arm: u32,
        slot: u32,
        mask: u64,
        body: &[u8],
    ) -> Result<Restored, Refusal> {
        let value = self.find_payload(arm, body).ok_or_else(|| {
            let expected =
                format!("an event with a payload in field {arm}, and fields in ascending order");
            Refusal::new(ErrorCode::Malformed, expected, "other bytes")
        })?;
        let before = self.state.get(slot).unwrap_or_default();
        self.former.read(before, 0..before.len());
        let left = self.left_fields(mask)?;
        let left_size: usize = left.iter().map(|field| field.range.len()).sum();
        let size = value.range().len() + left_size;
        let head = value.size_at + varint_size(size as u64);
        let mut event = self.allocate(head + size + body.len() - value.end)?;
        self.check_state(slot, size)?;
        event.extend_from_slice(&body[..value.size_at]);
        write_size(&mut event, size);
        let written = self.payload.as_slice();
        let mut index = 0;
        for field in left {
            while let Some(next) = written.get(index).filter(|next| next.number < field.number) {
                event.extend_from_slice(&body[next.range.clone()]);
                index += 1;
            }
            event.extend_from_slice(&before[field.range.clone()]);
        }
        for next in &written[index..] {
            event.extend_from_slice(&body[next.range.clone()]);
        }
        event.extend_from_slice(&body[value.end..]);
        let payload = Value {
            size_at: value.size_at,
            start: head,
            end: head + size,
        };
        Ok(Restored { event, payload })
    }

    fn find_payload(&mut self, arm: u32, body: &[u8]) -> Option<Value> {
        let is_message = self.event.read(body, 0..body.len());
        let value = locate(body, self.event.find(arm).filter(|_| is_message)?)?;
        self.payload.read(body, value.range()).then_some(value)
    }

    /// Returns the fields of the previous payload that were left out, after checking them.
    fn left_fields(&self, mask: u64) -> Result<Vec<&Field>, Refusal> {
        let mut left = Vec::new();
        for index in indexes(mask) {
            let field = reference(&self.former, index as u64)?;
            if self.payload.find(field.number).is_some() {
                let expected = format!("no field {}, which is left out", field.number);
                return Err(Refusal::new(ErrorCode::Malformed, expected, "this field"));
            }
            left.push(field);
        }
        if self.payload.as_slice().len() + left.len() > MAXIMUM_FIELDS {
            let expected = format!("at most {MAXIMUM_FIELDS} fields in a payload");
            return Err(Refusal::new(ErrorCode::Malformed, expected, "more"));
        }
        Ok(left)
    }

    /// Replaces one value of the previous payload.
    fn restore_value(
        &mut self,
        arm: u32,
        slot: u32,
        steps: &[u64],
        body: &[u8],
    ) -> Result<Restored, Refusal> {
        let before = self.state.get(slot).unwrap_or_default();
        self.former.read(before, 0..before.len());
        // The value at each step, and its new size. The first is the payload.
        let mut values = vec![(
            Value {
                end: before.len(),
                ..Value::default()
            },
            body.len(),
        )];
        for (depth, step) in steps.iter().enumerate() {
            let is_last = depth == steps.len() - 1;
            let field = reference(&self.former, *step)?;
            let value = locate(before, field)
                .filter(|value| is_last || self.former.read(before, value.range()))
                .ok_or_else(|| {
                    let kind = if is_last {
                        "length-delimited field"
                    } else {
                        "message"
                    };
                    let expected = format!("a {kind} at step {}", depth + 1);
                    Refusal::new(ErrorCode::MissingReference, expected, "another field")
                })?;
            values.push((value, body.len()));
        }
        for depth in (1..values.len()).rev() {
            let (inner, size) = values[depth];
            let (around, _) = values[depth - 1];
            let head = inner.size_at - around.start + varint_size(size as u64);
            values[depth - 1].1 = head + size + around.end - inner.end;
        }
        let (_, size) = values[0];
        let tag = value_tag(arm);
        let head = varint_size(tag) + varint_size(size as u64);
        let mut event = self.allocate(head + size)?;
        self.check_state(slot, size)?;
        write_varint(&mut event, tag);
        write_size(&mut event, size);
        let mut from = 0;
        for (value, size) in &values[1..] {
            event.extend_from_slice(&before[from..value.size_at]);
            write_size(&mut event, *size);
            from = value.start;
        }
        event.extend_from_slice(body);
        let (last, _) = values[steps.len()];
        event.extend_from_slice(&before[last.end..]);
        let payload = Value {
            size_at: varint_size(tag),
            start: head,
            end: head + size,
        };
        Ok(Restored { event, payload })
    }

    fn check_state(&self, slot: u32, size: usize) -> Result<(), Refusal> {
        if self.state.fits(slot, size) {
            return Ok(());
        }
        let limit = self.state.limit();
        let expected = format!("payloads to remember of at most {limit} bytes");
        let found = format!("another payload of {size} bytes");
        Err(Refusal::new(ErrorCode::StateTooLarge, expected, found))
    }

    fn allocate(&self, size: usize) -> Result<Vec<u8>, Refusal> {
        if size <= self.max_event_bytes {
            return Ok(Vec::with_capacity(size));
        }
        let expected = format!("an event of at most {} bytes", self.max_event_bytes);
        let found = format!("{size} bytes");
        Err(Refusal::new(ErrorCode::TooLarge, expected, found))
    }
}

/// Returns the field with an index of a message in the previous payload.
fn reference(fields: &Fields, index: u64) -> Result<&Field, Refusal> {
    let fields = fields.as_slice();
    usize::try_from(index)
        .ok()
        .and_then(|index| fields.get(index))
        .ok_or_else(|| {
            let expected = format!("field {} of a message in the previous payload", index + 1);
            let found = format!("a message with {} fields", fields.len());
            Refusal::new(ErrorCode::MissingReference, expected, found)
        })
}
