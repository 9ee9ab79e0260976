use std::fmt;
use std::io::Write;
use std::ops::Range;

use super::compression::{Encoding, Sink};
use super::difference::{Changes, Difference};
use super::error::Error;
use super::fields::{Field, Fields, Value, locate};
use super::format::{
    CONTROL_HEAD, HEAD_FACTOR, LARGEST_NUMBER, MAGIC, SHAPE_FLAG, TEXT_FLAG, VERSION, control,
    write_size, write_varint,
};
use super::history::{CopyFinder, History, Part};
use super::layout::Layout;
use super::schema::{Arm, repeating_arms};
use super::shape::{Content, Shape};
use super::state::State;
use super::texts::Texts;

/// How a stream is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// How the stream is compressed. Not at all by default.
    pub encoding: Encoding,
    /// Number of the first event. 1 by default.
    pub first_number: u64,
    /// Maximum size of the payloads to remember, in bytes, with 64 for each type of payload. Must not
    /// be larger than that of the readers. A payload that is too large is not remembered. 1 MiB by
    /// default.
    pub max_state_bytes: usize,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            first_number: 1,
            max_state_bytes: 1024 * 1024,
        }
    }
}

/// Writes event messages in the stream format. Each call writes all of its bytes to the output and
/// flushes it.
///
/// The stream ends with [`Writer::finish`] or [`Writer::fail`]. If the writer is dropped before, or
/// after an error of the output, readers find that the stream was cut off.
pub struct Writer<W: Write> {
    sink: Sink<W>,
    encoder: Encoder,
    block: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Returns a writer of event messages of the type `M`. The options of the schema say which of
    /// their payloads repeat their fields. Nothing is left out of messages that are not in this crate.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidNumber`] if the first number is larger than 2^53 - 1, and [`Error::Io`] if there
    /// is not enough memory for the compressor.
    #[cfg(feature = "messages")]
    pub fn new<M: prost::Name>(output: W, options: WriteOptions) -> Result<Self, Error> {
        Self::for_message(&M::full_name(), output, options)
    }

    /// Returns a writer of event messages of a type that is known by its full name alone. Otherwise like
    /// [`Writer::new`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidNumber`] if the first number is larger than 2^53 - 1, and [`Error::Io`] if there
    /// is not enough memory for the compressor.
    pub fn for_message(message: &str, output: W, options: WriteOptions) -> Result<Self, Error> {
        check_number(options.first_number, 0)?;
        let arms = repeating_arms(message);
        let mut encoder = Encoder::new(arms, options);
        let mut block = Vec::new();
        encoder.header(&mut block);
        Ok(Self {
            sink: Sink::new(output, options.encoding)?,
            encoder,
            block,
        })
    }

    /// Number of the next event.
    pub fn next_number(&self) -> u64 {
        self.encoder.next
    }

    /// Writes events that came together. They are numbered consecutively.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the output fails, and [`Error::InvalidNumber`] if the numbers are used up.
    pub fn write<B: AsRef<[u8]>>(
        &mut self,
        events: impl IntoIterator<Item = B>,
    ) -> Result<(), Error> {
        self.write_from(self.next_number(), events)
    }

    /// Writes events that came together. The first has the given number.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidNumber`] if the number is less than [`Writer::next_number`], and [`Error::Io`]
    /// if the output fails.
    pub fn write_from<B: AsRef<[u8]>>(
        &mut self,
        first_number: u64,
        events: impl IntoIterator<Item = B>,
    ) -> Result<(), Error> {
        check_number(first_number, self.next_number())?;
        for (number, event) in (first_number..).zip(events) {
            check_number(number, self.next_number())?;
            self.encoder.event(&mut self.block, number, event.as_ref());
        }
        self.send()
    }

    /// Writes a record without an event, which shows that the stream is alive.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the output fails.
    pub fn alive(&mut self) -> Result<(), Error> {
        control_record(&mut self.block, control::ALIVE);
        self.send()
    }

    /// Ends the stream, and returns the output.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the output fails.
    pub fn finish(mut self) -> Result<W, Error> {
        control_record(&mut self.block, control::END);
        Ok(self.sink.end(&self.block)?)
    }

    /// Ends the stream with a failure, and returns the output. The transport defines the meaning of
    /// the bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the output fails.
    pub fn fail(mut self, detail: &[u8]) -> Result<W, Error> {
        control_record(&mut self.block, control::FAILURE);
        write_size(&mut self.block, detail.len());
        self.block.extend_from_slice(detail);
        Ok(self.sink.end(&self.block)?)
    }

    fn send(&mut self) -> Result<(), Error> {
        let result = if self.block.is_empty() {
            Ok(())
        } else {
            self.sink.write(&self.block)
        };
        self.block.clear();
        // A larger buffer is not kept for the next block.
        self.block.shrink_to(KEPT_BYTES);
        Ok(result?)
    }
}

impl<W: Write> fmt::Debug for Writer<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Writer")
            .field("next_number", &self.next_number())
            .finish_non_exhaustive()
    }
}

const KEPT_BYTES: usize = 64 * 1024;

fn check_number(number: u64, least: u64) -> Result<(), Error> {
    if (least..=LARGEST_NUMBER).contains(&number) {
        Ok(())
    } else {
        Err(Error::InvalidNumber { number, least })
    }
}

fn control_record(block: &mut Vec<u8>, code: u64) {
    write_varint(block, CONTROL_HEAD);
    write_varint(block, code);
}

/// Writes the records of a stream.
struct Encoder {
    arms: &'static [Arm],
    state: State,
    next: u64,
    /// The shape of the last event.
    shape: Shape,
    event: Fields,
    payload: Fields,
    layout: Layout,
    /// Whether the next event may have the same changed values.
    is_layout_valid: bool,
    history: History,
    copies: CopyFinder,
    texts: Texts,
}

impl Encoder {
    fn new(arms: &'static [Arm], options: WriteOptions) -> Self {
        Self {
            arms,
            state: State::new(options.max_state_bytes),
            next: options.first_number,
            shape: Shape::default(),
            event: Fields::default(),
            payload: Fields::default(),
            layout: Layout::default(),
            is_layout_valid: false,
            history: History::default(),
            copies: CopyFinder::default(),
            texts: Texts::default(),
        }
    }

    fn header(&mut self, block: &mut Vec<u8>) {
        block.extend_from_slice(&MAGIC);
        write_varint(block, VERSION);
        write_varint(block, self.next);
    }

    fn event(&mut self, block: &mut Vec<u8>, number: u64, event: &[u8]) {
        if number > self.next {
            control_record(block, control::JUMP);
            write_varint(block, number);
        }
        self.next = number + 1;
        if self.is_layout_valid && self.event_like_last(block, event) {
            return;
        }
        self.is_layout_valid = false;
        let Some((arm, payload)) = self.find_payload(event) else {
            self.body(block, Shape::Whole, event);
            return;
        };
        let (number, slot) = (arm.number, arm.slot);
        let shape = |content| Shape::Payload {
            arm: number,
            slot,
            content,
        };
        let difference = self
            .state
            .get(slot)
            .map(|former| Difference::find(event, payload.range(), former))
            .unwrap_or_default();
        let is_whole = self.event.as_slice().len() == 1 && payload.end == event.len();
        let changes = self
            .state
            .get(slot)
            .filter(|_| is_whole && difference.mask != 0)
            .and_then(|former| Changes::find(event, payload.range(), former, arm.message));
        if let Some(changes) = changes {
            let content = Content::Values(changes.paths.clone());
            self.values(block, shape(content), event, &changes.values);
            self.state.set(slot, &event[payload.range()]);
            let former = self.state.get(slot).unwrap_or_default();
            self.is_layout_valid =
                !changes.has_messages && self.layout.find(former, &changes.paths).is_ok();
            return;
        }
        let mut body = Vec::new();
        let content = if is_whole {
            Content::Payload(difference.mask)
        } else {
            let kept: usize = difference.kept.iter().map(ExactSizeIterator::len).sum();
            body.extend_from_slice(&event[..payload.size_at]);
            write_size(&mut body, payload.range().len() - kept);
            Content::Event(difference.mask)
        };
        let mut position = payload.start;
        for field in difference.kept {
            body.extend_from_slice(&event[position..field.start]);
            position = field.end;
        }
        body.extend_from_slice(&event[position..]);
        self.body(block, shape(content), &body);
        self.state.set(slot, &event[payload.range()]);
    }

    /// Writes an event with the shape of the last one, if only the same values have changed.
    fn event_like_last(&mut self, block: &mut Vec<u8>, event: &[u8]) -> bool {
        let Shape::Payload { arm, slot, .. } = self.shape else {
            return false;
        };
        let whole = Field {
            number: arm,
            range: 0..event.len(),
        };
        let former = self.state.get(slot).unwrap_or_default();
        let payload = locate(event, &whole)
            .filter(|payload| self.state.fits(slot, payload.range().len()))
            .filter(|payload| self.layout.matches(former, event, payload.range()));
        let Some(payload) = payload else {
            return false;
        };
        let values = self.layout.values.clone();
        self.values(block, self.shape.clone(), event, &values);
        self.state.set(slot, &event[payload.range()]);
        self.layout.shift();
        true
    }

    /// Writes the values that differ from the previous payload.
    fn values(&mut self, block: &mut Vec<u8>, shape: Shape, event: &[u8], values: &[Range<usize>]) {
        let Some((last, others)) = values.split_last() else {
            return;
        };
        if others.is_empty() {
            self.text(block, shape, &event[last.clone()]);
            return;
        }
        let mut body = Vec::new();
        for value in others {
            write_size(&mut body, value.len());
            body.extend_from_slice(&event[value.clone()]);
        }
        body.extend_from_slice(&event[last.clone()]);
        self.body(block, shape, &body);
    }

    /// Writes the only changed value, or the place of an equal one.
    fn text(&mut self, block: &mut Vec<u8>, shape: Shape, text: &[u8]) {
        if let Some(place) = self.texts.find(text) {
            self.head(block, place as u64 * HEAD_FACTOR + TEXT_FLAG, shape, &[]);
            self.history.add(text);
        } else {
            self.texts.add(text);
            self.body(block, shape, text);
        }
    }

    /// Writes the head and the shape of an event, and its body without the parts that are copied.
    fn body(&mut self, block: &mut Vec<u8>, shape: Shape, body: &[u8]) {
        let copies = self.copies.find(&self.history, body);
        let total: usize = copies.iter().map(|part| part.length).sum();
        let size = (body.len() - total + 1) as u64;
        self.head(block, size * HEAD_FACTOR, shape, &copies);
        let mut rest = body;
        for part in copies {
            let (gap, after) = rest.split_at(part.gap);
            block.extend_from_slice(gap);
            self.history.add(gap);
            rest = &after[part.length..];
        }
        block.extend_from_slice(rest);
        self.history.add(rest);
    }

    /// Finds the payload of an event that can be remembered.
    fn find_payload(&mut self, event: &[u8]) -> Option<(&'static Arm, Value)> {
        if !self.event.read(event, 0..event.len()) {
            return None;
        }
        for field in self.event.as_slice() {
            let Some(arm) = self.arms.iter().find(|arm| arm.number == field.number) else {
                continue;
            };
            let payload = locate(event, field)
                .filter(|payload| self.payload.read(event, payload.range()))
                .filter(|payload| self.state.fits(arm.slot, payload.range().len()));
            if let Some(payload) = payload {
                return Some((arm, payload));
            }
        }
        None
    }

    /// Writes the head of an event, and its shape if parts are copied or it differs from that of the
    /// last event.
    fn head(&mut self, block: &mut Vec<u8>, head: u64, shape: Shape, copies: &[Part]) {
        if copies.is_empty() && shape == self.shape {
            write_varint(block, head);
            return;
        }
        write_varint(block, head + SHAPE_FLAG);
        shape.write(block, !copies.is_empty());
        self.shape = shape;
        if copies.is_empty() {
            return;
        }
        write_size(block, copies.len());
        for part in copies {
            write_size(block, part.gap);
            write_size(block, part.length);
            write_size(block, part.distance);
        }
    }
}
