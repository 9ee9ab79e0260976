use super::error::{Error, ErrorCode, FormatError, Refusal};
use super::format::{
    CONTROL_HEAD, FIELD_NUMBERS, HEAD_FACTOR, MAGIC, MAXIMUM_COPIES, MAXIMUM_FIELDS,
    MAXIMUM_VALUES, SHAPE_FLAG, TEXT_FLAG, VERSION, VarintError, control, read_varint,
};
use super::history::{History, Part};
use super::reader::{Event, ReadOptions};
use super::restorer::Restorer;
use super::shape::{ARM_FACTOR, COPIES_FLAG, Content, FORM_FACTOR, SLOT_FLAG, Shape, kind};
use super::texts::Texts;

/// Why a record was not read.
enum Stop {
    /// More input is needed.
    Wait,
    Refused(Refusal),
    Failure(Vec<u8>),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn malformed(expected: impl Into<String>, found: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::Malformed, expected, found)
}

/// Reads the records of a stream from chunks of any size.
#[derive(Debug)]
pub(crate) struct Decoder {
    options: ReadOptions,
    restorer: Restorer,
    shape: Shape,
    history: History,
    texts: Texts,
    /// The bytes that have arrived; those before the position are read.
    input: Vec<u8>,
    position: usize,
    /// Offset in the stream, and number of the next event, at the position.
    offset: u64,
    next: u64,
    has_header: bool,
    is_ended: bool,
    /// Size of the input before and after decompression, and of all events.
    read: u64,
    decompressed: u64,
    restored: u64,
}

impl Decoder {
    pub(crate) fn new(options: ReadOptions) -> Self {
        Self {
            restorer: Restorer::new(options.max_event_bytes, options.max_state_bytes),
            shape: Shape::default(),
            history: History::default(),
            texts: Texts::default(),
            input: Vec::new(),
            position: 0,
            offset: 0,
            next: options.first_number,
            has_header: false,
            is_ended: false,
            read: 0,
            decompressed: 0,
            restored: 0,
            options,
        }
    }

    /// Adds a chunk. `read` is the size of all input so far, before decompression.
    pub(crate) fn push(&mut self, chunk: &[u8], read: u64) -> Result<(), Error> {
        self.read = read;
        self.decompressed += chunk.len() as u64;
        self.check_expansion(self.decompressed)
            .map_err(|refusal| self.stop(refusal))?;
        self.input.drain(..self.position);
        self.position = 0;
        self.input.extend_from_slice(chunk);
        Ok(())
    }

    /// Returns the next event; none if more input is needed or the stream has ended.
    pub(crate) fn next(&mut self) -> Result<Option<Event>, Error> {
        loop {
            match self.record() {
                Ok(Some(event)) => return Ok(Some(event)),
                Ok(None) => {}
                Err(Stop::Wait) => return Ok(None),
                Err(Stop::Refused(refusal)) => return Err(self.stop(refusal)),
                Err(Stop::Failure(detail)) => {
                    self.clear();
                    return Err(Error::Failure(detail));
                }
            }
        }
    }

    /// Checks that the stream is complete.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        if self.is_ended {
            return Ok(());
        }
        let found = match self.input.len() - self.position {
            0 => "the end of the input".to_owned(),
            rest => format!("the end of the input within a record, after {rest} bytes of it"),
        };
        Err(self.stop(Refusal::new(ErrorCode::CutOff, "the end mark", found)))
    }

    /// Frees the memory, and returns the error with its place.
    pub(crate) fn stop(&mut self, refusal: Refusal) -> Error {
        self.clear();
        Error::Format(FormatError {
            code: refusal.code,
            offset: self.offset,
            event: self.next,
            expected: refusal.expected,
            found: refusal.found,
        })
    }

    fn clear(&mut self) {
        self.input = Vec::new();
        self.position = 0;
        self.restorer.clear();
        self.history = History::default();
    }

    /// Reads a record. Returns its event if it has one.
    fn record(&mut self) -> Result<Option<Event>, Stop> {
        if self.is_ended {
            return if self.position < self.input.len() {
                let expected = "the end of the input after the end mark";
                Err(Refusal::new(ErrorCode::TrailingBytes, expected, "more bytes").into())
            } else {
                Err(Stop::Wait)
            };
        }
        let mut position = self.position;
        if !self.has_header {
            self.read_header(&mut position)?;
            self.consume(position);
            self.has_header = true;
            return Ok(None);
        }
        let head = self.number(&mut position)?;
        if head == CONTROL_HEAD {
            self.read_control(&mut position)?;
            self.consume(position);
            return Ok(None);
        }
        let has_shape = head & SHAPE_FLAG != 0;
        let mut copies = Vec::new();
        if has_shape {
            (self.shape, copies) = self.read_shape(&mut position)?;
        }
        let number = head / HEAD_FACTOR;
        let body = if head & TEXT_FLAG != 0 {
            self.take_text(number, &copies)?
        } else {
            self.take_body(number, &copies, &mut position)?
        };
        let bytes = self.restorer.restore(&self.shape, has_shape, &body)?;
        self.restored += bytes.len() as u64;
        self.check_expansion(self.restored)?;
        self.consume(position);
        let number = self.next;
        self.next += 1;
        Ok(Some(Event { number, bytes }))
    }

    /// Returns the text in a place, which is the body of an event.
    fn take_text(&mut self, place: u64, copies: &[Part]) -> Result<Vec<u8>, Stop> {
        if !self.shape.has_one_value() || !copies.is_empty() {
            let expected = "a text as the only value of an event";
            return Err(malformed(expected, "another shape").into());
        }
        let text = self.texts.get(place).ok_or_else(|| {
            let expected = format!("a text with the number {place}");
            Refusal::new(ErrorCode::MissingReference, expected, "none")
        })?;
        self.history.add(text);
        Ok(text.to_vec())
    }

    /// Returns the body of an event, from its size + 1.
    fn take_body(
        &mut self,
        number: u64,
        copies: &[Part],
        position: &mut usize,
    ) -> Result<Vec<u8>, Stop> {
        let Some(size) = number.checked_sub(1) else {
            let found = "a head without a size";
            return Err(malformed("a control record or a size", found).into());
        };
        let total: usize = copies.iter().map(|part| part.length).sum();
        self.check_size(size.saturating_add(total as u64), "an event")?;
        let size = self.check_size(size, "an event")?;
        let before = copies
            .iter()
            .fold(0_usize, |sum, part| sum.saturating_add(part.gap));
        if before > size {
            let expected = format!("a body of at least {before} bytes");
            return Err(malformed(expected, format!("{size} bytes")).into());
        }
        let written = self.input.get(*position..*position + size);
        let written = written.ok_or(Stop::Wait)?;
        let recent = self.history.recent();
        let mut body = Vec::with_capacity(size + total);
        let mut rest = written;
        for part in copies {
            let (gap, after) = rest.split_at(part.gap);
            let start = recent.len() - part.distance;
            body.extend_from_slice(gap);
            body.extend_from_slice(&recent[start..start + part.length]);
            rest = after;
        }
        body.extend_from_slice(rest);
        if self.shape.has_one_value() {
            self.texts.add(&body);
        }
        self.history.add(written);
        *position += size;
        Ok(body)
    }

    fn consume(&mut self, position: usize) {
        self.offset += (position - self.position) as u64;
        self.position = position;
    }

    fn read_header(&mut self, position: &mut usize) -> Result<(), Stop> {
        let start = &self.input[*position..];
        if start.iter().zip(MAGIC).any(|(found, byte)| *found != byte) {
            let expected = "the bytes 89 53 57";
            return Err(Refusal::new(ErrorCode::BadMagic, expected, describe_start(start)).into());
        }
        *position += MAGIC.len();
        let version = self.number(position)?;
        if version > VERSION {
            let expected = format!("version {VERSION} of the format");
            let found = format!("version {version}");
            return Err(Refusal::new(ErrorCode::NewerVersion, expected, found).into());
        }
        if version == 0 {
            return Err(malformed("a version", "0").into());
        }
        let first = self.number(position)?;
        self.set_number(first)
    }

    fn read_control(&mut self, position: &mut usize) -> Result<(), Stop> {
        match self.number(position)? {
            control::ALIVE => {}
            control::END => {
                self.is_ended = true;
                self.restorer.clear();
                self.history = History::default();
            }
            control::JUMP => {
                let number = self.number(position)?;
                self.set_number(number)?;
            }
            control::FAILURE => {
                let size = self.number(position)?;
                let size = self.check_size(size, "the description of a failure")?;
                let detail = self.input.get(*position..*position + size);
                return Err(Stop::Failure(detail.ok_or(Stop::Wait)?.to_vec()));
            }
            code => return Err(malformed("a control record", format!("the code {code}")).into()),
        }
        Ok(())
    }

    /// Reads a shape, and which parts of the body are copied.
    fn read_shape(&self, position: &mut usize) -> Result<(Shape, Vec<Part>), Stop> {
        let first = self.number(position)?;
        let shape = match first / ARM_FACTOR {
            0 => Shape::Whole,
            arm => self.read_form(arm, position)?,
        };
        let copies = if first & COPIES_FLAG == 0 {
            Vec::new()
        } else {
            self.read_copies(position)?
        };
        Ok((shape, copies))
    }

    fn read_form(&self, arm: u64, position: &mut usize) -> Result<Shape, Stop> {
        let form = self.number(position)?;
        let slot = if form & SLOT_FLAG == 0 {
            arm
        } else {
            self.number(position)?
        };
        let (arm, slot) = (field_number(arm)?, field_number(slot)?);
        let number = form / FORM_FACTOR;
        let content = match form % kind::COUNT {
            kind::EVENT => Content::Event(mask(number)?),
            kind::PAYLOAD => Content::Payload(mask(number)?),
            kind::VALUES => {
                if !(1..=MAXIMUM_VALUES as u64).contains(&number) {
                    let expected = format!("1 to {MAXIMUM_VALUES} changed values");
                    return Err(malformed(expected, number.to_string()).into());
                }
                let paths = (0..number).map(|_| self.number(position));
                Content::Values(paths.collect::<Result<_, _>>()?)
            }
            other => return Err(malformed("a kind of shape", other.to_string()).into()),
        };
        Ok(Shape::Payload { arm, slot, content })
    }

    fn read_copies(&self, position: &mut usize) -> Result<Vec<Part>, Stop> {
        let count = self.number(position)?;
        if !(1..=MAXIMUM_COPIES as u64).contains(&count) {
            let expected = format!("1 to {MAXIMUM_COPIES} copies");
            return Err(malformed(expected, count.to_string()).into());
        }
        let available = self.history.recent().len();
        let mut total = 0;
        let mut copies = Vec::new();
        for _ in 0..count {
            let gap = self.number(position)?;
            let length = self.number(position)?;
            let distance = self.number(position)?;
            if length == 0 {
                return Err(malformed("a copy of at least one byte", "an empty copy").into());
            }
            if distance > available as u64 || length > distance {
                let expected = format!("a copy from the last {available} bytes");
                let found = format!("{length} bytes that start {distance} back");
                return Err(Refusal::new(ErrorCode::MissingReference, expected, found).into());
            }
            total += length;
            self.check_size(total, "an event")?;
            let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
            copies.push(Part {
                gap: size(gap),
                length: size(length),
                distance: size(distance),
            });
        }
        Ok(copies)
    }

    /// Reads a varint.
    fn number(&self, position: &mut usize) -> Result<u64, Stop> {
        read_varint(&self.input, position).map_err(|error| match error {
            VarintError::CutOff => Stop::Wait,
            VarintError::TooLong => malformed("a varint of up to 2^53 - 1", "a larger one").into(),
        })
    }

    fn set_number(&mut self, number: u64) -> Result<(), Stop> {
        if number < self.next {
            let expected = format!("an event number of at least {}", self.next);
            let found = number.to_string();
            return Err(Refusal::new(ErrorCode::NumberOrder, expected, found).into());
        }
        self.next = number;
        Ok(())
    }

    fn check_size(&self, size: u64, what: &str) -> Result<usize, Refusal> {
        let most = self.options.max_event_bytes;
        usize::try_from(size)
            .ok()
            .filter(|size| *size <= most)
            .ok_or_else(|| {
                let expected = format!("{what} of at most {most} bytes");
                Refusal::new(ErrorCode::TooLarge, expected, format!("{size} bytes"))
            })
    }

    fn check_expansion(&self, size: u64) -> Result<(), Refusal> {
        let more = self.options.max_expansion.saturating_mul(self.read);
        let most = more.saturating_add(self.options.max_block_bytes as u64);
        if size <= most {
            return Ok(());
        }
        let expected = format!("at most {most} bytes from {} bytes of input", self.read);
        let found = format!("{size} bytes");
        Err(Refusal::new(ErrorCode::ExpandsTooMuch, expected, found))
    }
}

fn mask(number: u64) -> Result<u64, Refusal> {
    if number >> MAXIMUM_FIELDS == 0 {
        return Ok(number);
    }
    let expected = format!("a mask of {MAXIMUM_FIELDS} fields");
    Err(malformed(expected, "a larger one"))
}

fn field_number(number: u64) -> Result<u32, Refusal> {
    u32::try_from(number)
        .ok()
        .filter(|_| number < FIELD_NUMBERS)
        .ok_or_else(|| malformed("a field number", number.to_string()))
}

/// Returns what a stream starts with, if that is known.
fn describe_start(start: &[u8]) -> String {
    let hex: Vec<String> = start
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let hex = hex.join(" ");
    if hex.starts_with("1f 8b") {
        format!("{hex}, which is gzip")
    } else if hex == "28 b5 2f fd" {
        format!("{hex}, which is zstd")
    } else {
        hex
    }
}
