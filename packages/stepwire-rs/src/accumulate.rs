//! Events of a stream, such as deltas, added up to objects. `docs/accumulation.md` of the project has the
//! rules.

use std::fmt;

use crate::Error;
use crate::kernel::{Function, Instance, Program, size_of_input};

pub use crate::conversion::AccumulationCode;

/// Settings of an accumulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccumulateOptions {
    /// Maximum number of objects: 1,024 by default.
    pub max_objects: u32,
    /// Maximum number of elements of a list that events address by an index: 4,096 by default.
    pub max_elements: u32,
    /// Maximum number of members of an object that the schema does not describe: 131,072 by default.
    pub max_members: u32,
    /// How many elements an index may skip: 64 by default.
    pub max_index_gap: u32,
    /// Maximum size of all objects: 67,108,864 by default.
    pub max_size: u32,
    /// Maximum size of unknown JSON to merge: 1,048,576 by default.
    pub max_text_length: u32,
    /// Maximum size of an event, in bytes: 64 MiB by default.
    pub max_event_bytes: usize,
    /// Names of unknown members whose value a delta replaces. None for the default names.
    pub set_names: Option<Vec<String>>,
    /// Full names of the types of objects to accumulate. All if it is empty.
    pub objects: Vec<String>,
}

impl Default for AccumulateOptions {
    fn default() -> Self {
        Self {
            max_objects: 1024,
            max_elements: 4096,
            max_members: 131_072,
            max_index_gap: 64,
            max_size: 64 * 1024 * 1024,
            max_text_length: 1024 * 1024,
            max_event_bytes: 64 * 1024 * 1024,
            set_names: None,
            objects: Vec::new(),
        }
    }
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// As it should.
    Done,
    /// With an event that reports an error.
    Error,
}

/// An object of a stream, as it is after the events so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Object {
    /// The full name of its type.
    pub message: String,
    /// Its identifier.
    pub id: String,
    /// The object in binary.
    pub bytes: Vec<u8>,
}

/// The number of an object in an accumulator. No other object gets it later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectNumber(u32);

/// What became of many events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// How many events were applied.
    pub events: usize,
    /// How many bytes of the input these are; an incomplete event at its end is not applied.
    pub consumed: usize,
    /// The last object that was changed.
    pub changed: Option<ObjectNumber>,
    /// The event after them, if it was refused, and where it ends: after the input, if it is too large and
    /// incomplete.
    pub refused: Option<(RefusedDelta, usize)>,
}

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedDelta {
    /// The kind of violation.
    pub code: AccumulationCode,
    /// The full name of the object's type; empty if the bytes are no event.
    pub message: String,
    /// The identifier of the object.
    pub id: String,
    /// Where in the object, as a JSON Pointer.
    pub pointer: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for RefusedDelta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_str();
        if self.message.is_empty() {
            return write!(formatter, "{code}: the bytes are not an event");
        }
        write!(
            formatter,
            "{code} at {:?} of {} {:?}: expected {}, found {}",
            self.pointer, self.message, self.id, self.expected, self.found
        )
    }
}

/// The reason why an event was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccumulateError {
    /// The event was refused, and the objects are unchanged. More events can be applied.
    Refused(Box<RefusedDelta>),
    /// The kernel failed. The accumulator cannot be used any more.
    Kernel(Error),
}

impl AccumulateError {
    /// Returns why the event was refused, if that is the reason.
    #[must_use]
    pub fn refused(&self) -> Option<&RefusedDelta> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Kernel(_) => None,
        }
    }
}

impl fmt::Display for AccumulateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(formatter),
            Self::Kernel(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for AccumulateError {}

impl From<Error> for AccumulateError {
    fn from(error: Error) -> Self {
        Self::Kernel(error)
    }
}

const RESULT_CODE: usize = 0;
const RESULT_CHANGED: usize = 1;
const RESULT_CONSUMED: usize = 4;
const RESULT_END: usize = 5;

/// Adds up the events of one stream to objects. Events and objects are in binary.
///
/// Applying an event takes time in proportion to its size, and reading an object in proportion to the size
/// of the object. So apply many events, then read the object.
#[derive(Debug)]
pub struct Accumulator {
    kernel: Instance,
    max_event_bytes: usize,
}

impl Accumulator {
    /// Returns an empty accumulator for event messages of a type, by its full name, such as
    /// `acme.v1.Event`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMessage`] if there is no such event message, or no event is about an object of one
    /// of the types in the options; [`Error::InvalidOption`] and [`Error::Kernel`].
    pub fn new(message: &str, options: &AccumulateOptions) -> Result<Self, Error> {
        let mut kernel = Instance::new(Program::Accumulate)?;
        kernel.select(message, None)?;
        let limits = [
            options.max_objects,
            options.max_elements,
            options.max_members,
            options.max_index_gap,
            options.max_size,
            options.max_text_length,
        ];
        for (which, value) in (0..).zip(limits) {
            if kernel.call(Function::SetLimit, &[which, value])? == 0 {
                return Err(Error::InvalidOption("a limit is at least 1"));
            }
        }
        if let Some(names) = &options.set_names {
            let names: String = names.iter().flat_map(|name| [name, "\n"]).collect();
            let size = load(&mut kernel, names.as_bytes())?;
            kernel.call(Function::SetNames, &[size])?;
        }
        for name in &options.objects {
            let size = load(&mut kernel, name.as_bytes())?;
            if kernel.call(Function::KeepObject, &[size])? == 0 {
                return Err(Error::UnknownMessage(name.clone()));
            }
        }
        Ok(Self {
            kernel,
            max_event_bytes: options.max_event_bytes,
        })
    }

    /// Applies an event, and returns the object that it is about.
    ///
    /// # Errors
    ///
    /// [`AccumulateError::Refused`], after which the objects are unchanged, and
    /// [`AccumulateError::Kernel`].
    pub fn apply(
        &mut self,
        event: impl AsRef<[u8]>,
    ) -> Result<Option<ObjectNumber>, AccumulateError> {
        let event = event.as_ref();
        if event.len() > self.max_event_bytes {
            return Err(AccumulateError::Refused(Box::new(
                self.too_large(event.len() as u64),
            )));
        }
        let size = load(&mut self.kernel, event)?;
        match self.kernel.call(Function::Apply, &[size])? {
            number if number < 0 => Err(AccumulateError::Refused(Box::new(self.refusal()?))),
            number => Ok(object(number.unsigned_abs())),
        }
    }

    /// Applies size-delimited events, until one is refused. An incomplete event at the end of the input is
    /// not applied, but refused if it is too large.
    ///
    /// # Errors
    ///
    /// The kernel failed: then the accumulator cannot be used any more.
    pub fn apply_all(&mut self, events: impl AsRef<[u8]>) -> Result<Applied, Error> {
        let (events, large) = split_large(events.as_ref(), self.max_event_bytes);
        let size = load(&mut self.kernel, events)?;
        let count = self.kernel.call(Function::ApplyAll, &[size])?;
        let word = |index| self.kernel.word(index) as usize;
        let refused = match self.kernel.word(RESULT_CODE) {
            0 => large.map(|(size, end)| (self.too_large(size), end)),
            _ => Some((self.refusal()?, word(RESULT_END))),
        };
        Ok(Applied {
            events: usize::try_from(count).unwrap_or(0),
            consumed: word(RESULT_CONSUMED),
            changed: object(self.kernel.word(RESULT_CHANGED)),
            refused,
        })
    }

    /// Returns how the stream ended, if it has.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn ended(&mut self) -> Result<Option<Ended>, Error> {
        Ok(match self.kernel.call(Function::Ended, &[])? {
            0 => None,
            1 => Some(Ended::Done),
            _ => Some(Ended::Error),
        })
    }

    /// Returns the numbers of all objects, in the order of their first events.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn numbers(&mut self) -> Result<Vec<ObjectNumber>, Error> {
        let count = self.kernel.call(Function::ObjectCount, &[])?.unsigned_abs();
        let mut numbers = Vec::new();
        for index in 0..count {
            let number = self.kernel.call(Function::ObjectAt, &[index])?;
            numbers.extend(object(number.unsigned_abs()));
        }
        Ok(numbers)
    }

    /// Returns all objects, in the order of their first events.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn objects(&mut self) -> Result<Vec<Object>, Error> {
        let mut objects = Vec::new();
        for number in self.numbers()? {
            objects.extend(self.object(number)?);
        }
        Ok(objects)
    }

    /// Returns an object; none if there is no object with this number.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn object(&mut self, number: ObjectNumber) -> Result<Option<Object>, Error> {
        let Some(message) = self.text(Function::ObjectType, number)? else {
            return Ok(None);
        };
        let id = self.text(Function::ObjectId, number)?.unwrap_or_default();
        let bytes = self.snapshot_with(number, <[u8]>::to_vec)?;
        Ok(bytes.map(|bytes| Object { message, id, bytes }))
    }

    /// Calls a function with an object in binary, in the memory of the kernel; none if there is no object
    /// with this number.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn snapshot_with<R>(
        &mut self,
        number: ObjectNumber,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<Option<R>, Error> {
        let size = self.kernel.call(Function::Snapshot, &[number.0])?;
        match usize::try_from(size) {
            Ok(size) => self.kernel.output(size).map(take).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Returns the number of an object, by the full name of its type and its identifier.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn find(&mut self, message: &str, id: &str) -> Result<Option<ObjectNumber>, Error> {
        load(&mut self.kernel, [message, id].concat().as_bytes())?;
        let sizes = [size_of_input(message.len())?, size_of_input(id.len())?];
        let number = self.kernel.call(Function::Find, &sizes)?;
        Ok(object(number.unsigned_abs()))
    }

    /// Returns an object in binary, by the full name of its type and its identifier.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn get(&mut self, message: &str, id: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.find(message, id)? {
            Some(number) => self.snapshot_with(number, <[u8]>::to_vec),
            None => Ok(None),
        }
    }

    /// Removes an object, to make room for others. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn remove(&mut self, number: ObjectNumber) -> Result<bool, Error> {
        Ok(self.kernel.call(Function::Remove, &[number.0])? == 1)
    }

    /// Returns all objects of the type `M`, in the order of their first events.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    #[cfg(feature = "messages")]
    pub fn messages<M: prost::Message + prost::Name + Default>(&mut self) -> Result<Vec<M>, Error> {
        let name = M::full_name();
        let mut messages = Vec::new();
        for number in self.numbers()? {
            if self.text(Function::ObjectType, number)?.as_ref() == Some(&name) {
                let message = self.snapshot_with(number, |bytes| M::decode(bytes))?;
                messages.extend(
                    message
                        .transpose()
                        .map_err(|error| Error::Kernel(error.to_string()))?,
                );
            }
        }
        Ok(messages)
    }

    /// Returns the size of all objects, in the unit of `max_size`.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn size(&mut self) -> Result<usize, Error> {
        Ok(self.kernel.call(Function::Size, &[])?.unsigned_abs() as usize)
    }

    /// Returns the size of its WebAssembly memory, in bytes.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.kernel.memory_size()
    }

    fn text(&mut self, function: Function, number: ObjectNumber) -> Result<Option<String>, Error> {
        let size = self.kernel.call(function, &[number.0])?;
        let Ok(size) = usize::try_from(size) else {
            return Ok(None);
        };
        let text = self.kernel.output(size)?;
        Ok(Some(String::from_utf8_lossy(text).into_owned()))
    }

    fn too_large(&self, size: u64) -> RefusedDelta {
        RefusedDelta {
            code: AccumulationCode::TooLarge,
            message: String::new(),
            id: String::new(),
            pointer: String::new(),
            expected: format!("at most {} bytes", self.max_event_bytes),
            found: format!("{size} bytes"),
        }
    }

    fn refusal(&self) -> Result<RefusedDelta, Error> {
        let number = self.kernel.word(RESULT_CODE);
        let text = |word: usize| -> Result<String, Error> {
            let size = self.kernel.word(word + 1) as usize;
            let bytes = self.kernel.bytes(self.kernel.word(word), size)?;
            Ok(String::from_utf8_lossy(bytes).into_owned())
        };
        Ok(RefusedDelta {
            code: AccumulationCode::from_number(number)
                .ok_or_else(|| Error::Kernel(format!("it stopped with the code {number}")))?,
            message: text(6)?,
            id: text(8)?,
            pointer: text(10)?,
            expected: text(12)?,
            found: text(14)?,
        })
    }
}

fn load(kernel: &mut Instance, input: &[u8]) -> Result<u32, Error> {
    kernel.load(input)?;
    size_of_input(input.len())
}

/// Returns the size-delimited events before the first one that is too large, with the size of that one and
/// where it ends.
fn split_large(events: &[u8], max_bytes: usize) -> (&[u8], Option<(u64, usize)>) {
    let mut start = 0;
    while start < events.len() {
        // What is malformed or incomplete is left to the kernel.
        let Some((size, width)) = read_size(&events[start..]) else {
            break;
        };
        let end = usize::try_from(size).unwrap_or(usize::MAX);
        let end = end.saturating_add(start + width);
        if size > max_bytes as u64 {
            return (&events[..start], Some((size, end)));
        }
        start = end;
    }
    (events, None)
}

/// Reads a varint, and returns it with its size.
fn read_size(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut size = 0;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        size |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((size, index + 1));
        }
    }
    None
}

fn object(number: u32) -> Option<ObjectNumber> {
    (number > 0).then_some(ObjectNumber(number))
}
