use super::error::{Error, ErrorCode, FormatError, Refusal};
use super::format::{
    CONTROL_HEAD, FIELD_NUMBERS, MAGIC, MAXIMUM_FIELDS, MAXIMUM_STEPS, VERSION, VarintError,
    control, read_varint,
};
use super::reader::{Event, ReadOptions};
use super::restorer::Restorer;
use super::shape::{Content, FORM_FACTOR, SLOT_FLAG, Shape, VALUE_FLAG};

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
        if head == 1 {
            return Err(malformed("a control record or a size", "the head 1").into());
        }
        let size = self.check_size(head / 2 - 1, "an event")?;
        if head % 2 == 1 {
            self.shape = self.read_shape(&mut position)?;
        }
        let body = self
            .input
            .get(position..position + size)
            .ok_or(Stop::Wait)?;
        let bytes = self.restorer.restore(&self.shape, body)?;
        self.restored += bytes.len() as u64;
        self.check_expansion(self.restored)?;
        self.consume(position + size);
        let number = self.next;
        self.next += 1;
        Ok(Some(Event { number, bytes }))
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

    fn read_shape(&self, position: &mut usize) -> Result<Shape, Stop> {
        let arm = self.number(position)?;
        if arm == 0 {
            return Ok(Shape::Whole);
        }
        let form = self.number(position)?;
        let slot = if form & SLOT_FLAG == 0 {
            arm
        } else {
            self.number(position)?
        };
        let (arm, slot) = (field_number(arm)?, field_number(slot)?);
        let number = form / FORM_FACTOR;
        let content = if form & VALUE_FLAG == 0 {
            if number >> MAXIMUM_FIELDS != 0 {
                let expected = format!("a mask of {MAXIMUM_FIELDS} fields");
                return Err(malformed(expected, "a larger one").into());
            }
            Content::LeftOut(number)
        } else {
            if !(1..=MAXIMUM_STEPS as u64).contains(&number) {
                let expected = format!("1 to {MAXIMUM_STEPS} steps to a value");
                return Err(malformed(expected, number.to_string()).into());
            }
            let steps = (0..number).map(|_| self.number(position));
            Content::Value(steps.collect::<Result<_, _>>()?)
        };
        Ok(Shape::Payload { arm, slot, content })
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
