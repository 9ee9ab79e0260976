use super::error::{ErrorCode, Refusal};
use super::fields::{Field, Fields, Value, locate};
use super::format::{MAXIMUM_FIELDS, value_tag, write_size, write_varint};
use super::layout::{Layout, PathProblem};
use super::shape::{Content, Shape};
use super::state::State;

/// Restores events from what was written and from the previous payloads.
#[derive(Debug)]
pub(crate) struct Restorer {
    state: State,
    max_event_bytes: usize,
    event: Fields,
    payload: Fields,
    former: Fields,
    layout: Layout,
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
            layout: Layout::default(),
        }
    }

    /// Forgets all payloads.
    pub(crate) fn clear(&mut self) {
        self.state.clear();
    }

    /// Restores an event from its body. `is_new` says that the shape was given with this event.
    pub(crate) fn restore(
        &mut self,
        shape: &Shape,
        is_new: bool,
        body: &[u8],
    ) -> Result<Vec<u8>, Refusal> {
        let Shape::Payload { arm, slot, content } = shape else {
            return Ok(body.to_vec());
        };
        let needs_slot = !matches!(content, Content::Event(0) | Content::Payload(0));
        if needs_slot && self.state.get(*slot).is_none() {
            let expected = format!("a previous payload in slot {slot}");
            return Err(Refusal::new(ErrorCode::MissingReference, expected, "none"));
        }
        let Restored { event, payload } = match content {
            Content::Event(mask) => {
                let value = self.find_payload(*arm, body);
                self.restore_fields(*arm, *slot, *mask, body, value)?
            }
            Content::Payload(mask) => {
                let value = Value {
                    end: body.len(),
                    ..Value::default()
                };
                let value = Some(value).filter(|_| self.payload.read(body, 0..body.len()));
                self.restore_fields(*arm, *slot, *mask, body, value)?
            }
            Content::Values(paths) => {
                if is_new {
                    self.find_places(*slot, paths)?;
                }
                self.restore_values(*arm, *slot, body)?
            }
        };
        self.state.set(*slot, &event[payload.range()]);
        Ok(event)
    }

    /// Inserts the fields that were kept. `written` is the payload in the body.
    fn restore_fields(
        &mut self,
        arm: u32,
        slot: u32,
        mask: u64,
        body: &[u8],
        written: Option<Value>,
    ) -> Result<Restored, Refusal> {
        let value = written.ok_or_else(|| {
            let expected =
                format!("an event with a payload in field {arm}, and fields in ascending order");
            Refusal::new(ErrorCode::Malformed, expected, "other bytes")
        })?;
        let before = self.state.get(slot).unwrap_or_default();
        self.former.read(before, 0..before.len());
        let kept = self.kept_fields(mask)?;
        let kept_size: usize = kept.iter().map(|field| field.range.len()).sum();
        let mut head = body[..value.size_at].to_vec();
        if head.is_empty() {
            // The body is the payload alone.
            write_varint(&mut head, value_tag(arm));
        }
        let size = value.range().len() + kept_size;
        write_size(&mut head, size);
        let mut event = self.allocate(head.len() + size + body.len() - value.end)?;
        self.check_state(slot, size)?;
        event.extend_from_slice(&head);
        let written = self.payload.as_slice();
        let mut index = 0;
        for field in kept {
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
            start: head.len(),
            end: head.len() + size,
        };
        Ok(Restored { event, payload })
    }

    fn find_payload(&mut self, arm: u32, body: &[u8]) -> Option<Value> {
        let is_message = self.event.read(body, 0..body.len());
        let value = locate(body, self.event.find(arm).filter(|_| is_message)?)?;
        self.payload.read(body, value.range()).then_some(value)
    }

    /// Returns the fields of the previous payload that are kept, after checking them.
    fn kept_fields(&self, mask: u64) -> Result<Vec<&Field>, Refusal> {
        let mut kept = Vec::new();
        let fields = self.former.as_slice();
        for (index, field) in fields.iter().enumerate() {
            if mask >> index & 1 == 1 {
                continue;
            }
            if self.payload.find(field.number).is_some() {
                let expected = format!("no field {}, which is kept", field.number);
                return Err(Refusal::new(ErrorCode::Malformed, expected, "this field"));
            }
            kept.push(field);
        }
        if mask >> fields.len() != 0 {
            let expected = "a mask of the fields of the previous payload";
            let found = format!("a payload with {} fields", fields.len());
            return Err(Refusal::new(ErrorCode::MissingReference, expected, found));
        }
        if self.payload.as_slice().len() + kept.len() > MAXIMUM_FIELDS {
            let expected = format!("at most {MAXIMUM_FIELDS} fields in a payload");
            return Err(Refusal::new(ErrorCode::Malformed, expected, "more"));
        }
        Ok(kept)
    }

    /// Finds the places of the changed values in the previous payload.
    fn find_places(&mut self, slot: u32, paths: &[u64]) -> Result<(), Refusal> {
        let before = self.state.get(slot).unwrap_or_default();
        self.layout
            .find(before, paths)
            .map_err(|problem| match problem {
                PathProblem::Reference => {
                    let expected = "steps to length-delimited fields of the previous payload";
                    Refusal::new(ErrorCode::MissingReference, expected, "another step")
                }
                PathProblem::Malformed => {
                    let expected = "paths in ascending order";
                    Refusal::new(ErrorCode::Malformed, expected, "another path")
                }
            })
    }

    /// Replaces values of the previous payload.
    fn restore_values(&mut self, arm: u32, slot: u32, body: &[u8]) -> Result<Restored, Refusal> {
        if !self.layout.split(body) {
            let expected = format!("{} values in the body", self.layout.values.len());
            return Err(Refusal::new(
                ErrorCode::Malformed,
                expected,
                "the end of the body",
            ));
        }
        let more = self.layout.resize();
        let before = self.state.get(slot).unwrap_or_default();
        let size = before.len().saturating_add_signed(more);
        let mut head = Vec::new();
        write_varint(&mut head, value_tag(arm));
        let size_at = head.len();
        write_size(&mut head, size);
        let mut event = self.allocate(head.len() + size)?;
        self.check_state(slot, size)?;
        event.extend_from_slice(&head);
        self.layout.write(before, body, &mut event);
        self.layout.shift();
        let payload = Value {
            size_at,
            start: head.len(),
            end: event.len(),
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
