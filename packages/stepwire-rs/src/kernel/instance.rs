use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use super::engine::runtime::{self, Linker, Memory, Store, TypedFunc};
use super::engine::{Program, load};
use crate::Error;

const VERSION: i32 = 1;

/// Where a module says what the last call came to, in words of 4 bytes.
const RESULT: usize = 64;

/// Where the table is. Its header says which layout it has, and its size.
const TABLE: usize = 16384;
const TABLE_LAYOUT: usize = 24;
const TABLE_SIZE: usize = 28;

const MINIMUM_CAPACITY: usize = 16 * 1024;

/// A function of a module. The documentation of its interface explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function {
    /// Selects a message type.
    SelectMessage,
    /// Converts a JSON document to binary.
    ToBinary,
    /// Converts a binary message to JSON.
    ToJson,
    /// Converts lines of JSON to size-delimited messages.
    PackLines,
    /// Converts size-delimited messages to lines of JSON.
    UnpackLines,
    /// Converts server-sent events to size-delimited messages.
    PackEvents,
    /// Converts size-delimited messages to server-sent events.
    UnpackEvents,
    /// Finds out why the last call was refused.
    Explain,
    /// Sets a limit of an accumulator.
    SetLimit,
    /// Sets the names of tools whose arguments are sets.
    SetNames,
    /// Accumulates only objects of a type.
    KeepObject,
    /// Applies an event.
    Apply,
    /// Applies size-delimited events.
    ApplyAll,
    /// Returns how the stream ended.
    Ended,
    /// Returns the number of objects.
    ObjectCount,
    /// Returns the number of an object, by its index.
    ObjectAt,
    /// Returns the number of an object, by its type and identifier.
    Find,
    /// Writes an object in binary.
    Snapshot,
    /// Writes the type of an object.
    ObjectType,
    /// Writes the identifier of an object.
    ObjectId,
    /// Removes an object.
    Remove,
    /// Returns the size of all objects.
    Size,
    /// Returns the number of columns.
    ColumnCount,
    /// Describes a column.
    DescribeColumn,
    /// Fills all columns.
    Convert,
    /// Returns the buffers of a column.
    Column,
}

const FUNCTIONS: usize = Function::Column as usize + 1;

impl Function {
    /// The functions of a module: with its name there, and the number of its parameters.
    fn of(program: Program) -> &'static [(Self, &'static str, usize)] {
        match program {
            Program::Documents => &[
                (Self::SelectMessage, "selectMessage", 1),
                (Self::ToBinary, "toBinary", 3),
                (Self::ToJson, "toJson", 3),
                (Self::PackLines, "packLines", 5),
                (Self::UnpackLines, "unpackLines", 5),
                (Self::PackEvents, "packEvents", 5),
                (Self::UnpackEvents, "unpackEvents", 5),
                (Self::Explain, "explain", 0),
            ],
            Program::Accumulate => &[
                (Self::SelectMessage, "selectMessage", 1),
                (Self::SetLimit, "setLimit", 2),
                (Self::SetNames, "setNames", 1),
                (Self::KeepObject, "keepObject", 1),
                (Self::Apply, "apply", 1),
                (Self::ApplyAll, "applyAll", 1),
                (Self::Ended, "ended", 0),
                (Self::ObjectCount, "objectCount", 0),
                (Self::ObjectAt, "objectAt", 1),
                (Self::Find, "find", 2),
                (Self::Snapshot, "snapshot", 1),
                (Self::ObjectType, "objectType", 1),
                (Self::ObjectId, "objectId", 1),
                (Self::Remove, "remove", 1),
                (Self::Size, "size", 0),
            ],
            Program::Columns => &[
                (Self::SelectMessage, "selectMessage", 1),
                (Self::ColumnCount, "columnCount", 0),
                (Self::DescribeColumn, "describeColumn", 1),
                (Self::Convert, "convert", 1),
                (Self::Column, "column", 1),
            ],
        }
    }
}

/// A function, by the number of its parameters.
enum Callable {
    None(TypedFunc<(), i32>),
    One(TypedFunc<u32, i32>),
    /// It returns nothing.
    Procedure(TypedFunc<u32, ()>),
    Two(TypedFunc<(u32, u32), i32>),
    Three(TypedFunc<(u32, u32, u32), i32>),
    Five(TypedFunc<(u32, u32, u32, u32, u32), i32>),
}

/// A module with its own memory. Only one thread can use it at a time.
///
/// This is for bindings to other languages, which copy from and to its memory; all else of this crate is
/// made of it. For a call: fill what [`Instance::reserve`] returns, call a function with the size of the
/// input, and copy its [`Instance::output`].
pub struct Instance {
    store: Store<()>,
    memory: Memory,
    reserve_input: TypedFunc<u32, u32>,
    functions: [Option<Callable>; FUNCTIONS],
    /// So many bytes of input have room.
    capacity: usize,
    input: usize,
    /// Whether a call trapped, so that the memory may be in any state.
    has_failed: bool,
}

impl Instance {
    /// Returns a new instance of a module, with a seed for its hash of names.
    ///
    /// # Errors
    ///
    /// [`Error::Kernel`] if it cannot run.
    pub fn new(program: Program) -> Result<Self, Error> {
        let (engine, module) = load(program)?;
        let mut store = Store::new(engine, ());
        let linker: Linker<()> = Linker::new(engine);
        #[cfg(feature = "wasmtime")]
        let instance = linker.instantiate(&mut store, module);
        #[cfg(not(feature = "wasmtime"))]
        let instance = linker.instantiate_and_start(&mut store, module);
        let instance = instance.map_err(failed)?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| Error::Kernel("it has no memory".into()))?;

        macro_rules! function {
            ($name:expr) => {
                instance.get_typed_func(&mut store, $name).map_err(failed)?
            };
        }
        let version: TypedFunc<(), i32> = function!("version");
        let reserve_input = function!("reserveInput");
        let mut functions = [const { None }; FUNCTIONS];
        for (function, name, parameters) in Function::of(program) {
            functions[*function as usize] = Some(match parameters {
                0 => Callable::None(function!(name)),
                1 if *function == Function::SetNames => Callable::Procedure(function!(name)),
                1 => Callable::One(function!(name)),
                2 => Callable::Two(function!(name)),
                3 => Callable::Three(function!(name)),
                _ => Callable::Five(function!(name)),
            });
        }
        if version.call(&mut store, ()).map_err(failed)? != VERSION {
            return Err(Error::Kernel("it is of another version".into()));
        }
        if program != Program::Columns {
            let seed_hash: TypedFunc<(u32, u32), ()> = function!("seedHash");
            seed_hash
                .call(&mut store, (random(), random()))
                .map_err(failed)?;
        }
        Ok(Self {
            store,
            memory,
            reserve_input,
            functions,
            capacity: 0,
            input: 0,
            has_failed: false,
        })
    }

    /// Selects a message type by its full name, after writing another table in place of the module's own.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMessage`], [`Error::InvalidTable`] or [`Error::Kernel`].
    pub fn select(&mut self, message: &str, table: Option<&[u8]>) -> Result<(), Error> {
        self.load(message.as_bytes())?;
        if let Some(table) = table {
            self.replace_table(table)?;
        }
        let size = size_of_input(message.len())?;
        match self.call(Function::SelectMessage, &[size])? {
            0 => Err(Error::UnknownMessage(message.into())),
            _ => Ok(()),
        }
    }

    /// Writes another table in place of the module's own.
    fn replace_table(&mut self, table: &[u8]) -> Result<(), Error> {
        let memory = self.memory.data_mut(&mut self.store);
        let own = memory.get_mut(TABLE..).ok_or_else(broken)?;
        if table.get(..4) != own.get(..4) {
            return Err(Error::InvalidTable(
                "it was not written by `stepwire table`",
            ));
        }
        let word = |table: &[u8], at: usize| -> Option<u32> {
            let bytes = table.get(at..at + 4)?;
            bytes.try_into().ok().map(u32::from_le_bytes)
        };
        let size = u32::try_from(table.len()).ok();
        let is_complete = word(table, TABLE_SIZE) == size;
        if !is_complete || word(table, TABLE_LAYOUT) != word(own, TABLE_LAYOUT) {
            return Err(Error::InvalidTable(
                "it is incomplete, or for another version of stepwire",
            ));
        }
        if size > word(own, TABLE_SIZE) {
            return Err(Error::InvalidTable(
                "it is larger than the kernel has room for",
            ));
        }
        own.get_mut(..table.len())
            .ok_or_else(broken)?
            .copy_from_slice(table);
        Ok(())
    }

    /// Returns the size of its memory in bytes. It never shrinks: drop an instance that a large document
    /// has made large.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.memory.data_size(&self.store)
    }

    /// Returns the place of an input of exactly this size, to be filled before a call.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] if the memory cannot hold it, and [`Error::Kernel`] if this or an earlier call
    /// trapped.
    pub fn reserve(&mut self, size: usize) -> Result<&mut [u8], Error> {
        if self.has_failed {
            return Err(stopped());
        }
        if size > self.capacity {
            let exact = MINIMUM_CAPACITY.max(size);
            let generous = exact.saturating_add(size / 4);
            // Some room to grow, if the memory has it.
            if !self.reserve_capacity(generous)? && !self.reserve_capacity(exact)? {
                return Err(Error::OutOfMemory);
            }
        }
        self.memory
            .data_mut(&mut self.store)
            .get_mut(self.input..self.input + size)
            .ok_or_else(broken)
    }

    /// Makes room for an input of so many bytes. Returns whether the memory has it.
    fn reserve_capacity(&mut self, capacity: usize) -> Result<bool, Error> {
        self.capacity = 0;
        let Ok(size) = u32::try_from(capacity) else {
            return Ok(false);
        };
        let place = self.reserve_input.call(&mut self.store, size);
        self.has_failed = place.is_err();
        self.input = usize::try_from(place.map_err(failed)?).unwrap_or(0);
        if self.input == 0 {
            return Ok(false);
        }
        self.capacity = capacity;
        Ok(true)
    }

    /// Copies an input into the memory.
    pub(crate) fn load(&mut self, input: &[u8]) -> Result<(), Error> {
        self.reserve(input.len())?.copy_from_slice(input);
        Ok(())
    }

    /// Calls a function of the module with as many arguments as it has parameters, and returns its
    /// result.
    ///
    /// # Errors
    ///
    /// [`Error::Kernel`] if the module does not have this function with so many parameters, or it
    /// trapped: then drop the instance, as every later call fails too.
    #[inline]
    pub fn call(&mut self, function: Function, arguments: &[u32]) -> Result<i32, Error> {
        if self.has_failed {
            return Err(stopped());
        }
        let store = &mut self.store;
        let result = match (&self.functions[function as usize], arguments) {
            (Some(Callable::None(function)), []) => function.call(store, ()),
            (Some(Callable::One(function)), [a]) => function.call(store, *a),
            (Some(Callable::Procedure(function)), [a]) => function.call(store, *a).map(|()| 0),
            (Some(Callable::Two(function)), [a, b]) => function.call(store, (*a, *b)),
            (Some(Callable::Three(function)), [a, b, c]) => function.call(store, (*a, *b, *c)),
            (Some(Callable::Five(function)), [size, depth, refused, most, flags]) => {
                function.call(store, (*size, *depth, *refused, *most, *flags))
            }
            _ => return Err(Error::Kernel(format!("it has no such {function:?}"))),
        };
        self.has_failed = result.is_err();
        result.map_err(failed)
    }

    /// Whether a call trapped.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Returns a word of the last call's result; 0 for a word out of the memory.
    #[must_use]
    #[inline]
    pub fn word(&self, index: usize) -> u32 {
        let at = RESULT + 4 * index;
        let bytes = self.memory.data(&self.store).get(at..at + 4);
        let word = bytes.and_then(|bytes| bytes.try_into().ok());
        word.map_or(0, u32::from_le_bytes)
    }

    /// Returns so many bytes of the last call's output. The next call overwrites them.
    ///
    /// # Errors
    ///
    /// [`Error::Kernel`] if the memory does not have so many.
    #[inline]
    pub fn output(&self, size: usize) -> Result<&[u8], Error> {
        self.bytes(self.word(2), size)
    }

    /// Returns so many bytes at a place in the memory. The next call may overwrite them.
    ///
    /// # Errors
    ///
    /// [`Error::Kernel`] if the memory does not have so many.
    #[inline]
    pub fn bytes(&self, place: u32, size: usize) -> Result<&[u8], Error> {
        let start = usize::try_from(place).map_err(|_| broken())?;
        let end = start.checked_add(size).ok_or_else(broken)?;
        let memory = self.memory.data(&self.store);
        memory.get(start..end).ok_or_else(broken)
    }
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Instance")
            .field("memory_size", &self.memory_size())
            .finish_non_exhaustive()
    }
}

/// Numbers that nobody can foresee, as the standard library has for its own tables.
fn random() -> u32 {
    let bytes = RandomState::new().build_hasher().finish().to_le_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

pub(crate) fn size_of_input(size: usize) -> Result<u32, Error> {
    u32::try_from(size).map_err(|_| Error::OutOfMemory)
}

#[cold]
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: runtime::Error) -> Error {
    Error::Kernel(error.to_string())
}

#[cold]
fn stopped() -> Error {
    Error::Kernel("an earlier call failed".into())
}

#[cold]
fn broken() -> Error {
    Error::Kernel("its result is out of its memory".into())
}
