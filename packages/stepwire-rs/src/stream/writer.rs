use std::fmt;
use std::io::Write;

use prost::Name;

use super::compression::{Encoding, Sink};
use super::difference::Difference;
use super::error::Error;
use super::fields::{Fields, Value, locate};
use super::format::{
    CONTROL_HEAD, LARGEST_NUMBER, MAGIC, VERSION, control, varint_size, write_size, write_varint,
};
use super::schema::{Arm, repeating_arms};
use super::shape::{Content, Shape};
use super::state::State;

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
    pub fn new<M: Name>(output: W, options: WriteOptions) -> Result<Self, Error> {
        check_number(options.first_number, 0)?;
        let arms = repeating_arms(&M::full_name());
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
        let Some((arm, payload)) = self.find_payload(event) else {
            self.head(block, event.len(), Shape::Whole);
            block.extend_from_slice(event);
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
            .map(|former| Difference::find(event, payload.range(), former, arm.message))
            .unwrap_or_default();
        let is_whole = self.event.as_slice().len() == 1 && payload.end == event.len();
        if is_whole && !difference.steps.is_empty() {
            let value = &event[difference.value];
            self.head(block, value.len(), shape(Content::Value(difference.steps)));
            block.extend_from_slice(value);
        } else {
            let left_out: usize = difference.equal.iter().map(ExactSizeIterator::len).sum();
            let size = payload.range().len() - left_out;
            let around = payload.size_at + event.len() - payload.end;
            let body = around + varint_size(size as u64) + size;
            self.head(block, body, shape(Content::LeftOut(difference.mask)));
            block.extend_from_slice(&event[..payload.size_at]);
            write_size(block, size);
            let mut position = payload.start;
            for field in difference.equal {
                block.extend_from_slice(&event[position..field.start]);
                position = field.end;
            }
            block.extend_from_slice(&event[position..]);
        }
        self.state.set(slot, &event[payload.range()]);
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

    /// Writes the head of an event, and its shape if it differs from that of the last event.
    fn head(&mut self, block: &mut Vec<u8>, size: usize, shape: Shape) {
        let head = 2 * (size as u64 + 1);
        if shape == self.shape {
            write_varint(block, head);
        } else {
            write_varint(block, head + 1);
            shape.write(block);
            self.shape = shape;
        }
    }
}
