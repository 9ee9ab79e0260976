use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

#[cfg(all(feature = "wasmi", not(feature = "wasmtime")))]
use wasmi as engine;
#[cfg(feature = "wasmtime")]
use wasmtime as engine;

use engine::{Config, Engine, Linker, Memory, Module, Store, TypedFunc};

use crate::conversion::OUT_OF_MEMORY;
use crate::{Code, Error, Violation};

const WASM: &[u8] = include_bytes!("../stepwire.wasm");

const VERSION: u32 = 1;

/// Where the kernel says what the last call came to, in words of 4 bytes.
const RESULT: usize = 64;
const RESULT_CODE: usize = 0;
const RESULT_OFFSET: usize = 1;
const RESULT_OUTPUT: usize = 2;

/// Where the table is. Its header says which layout it has, and its size.
const TABLE: usize = 16384;
const TABLE_LAYOUT: usize = 24;
const TABLE_SIZE: usize = 28;

const MINIMUM_CAPACITY: usize = 16 * 1024;

/// Which way a conversion goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction {
    ToBinary,
    ToJson,
}

type Convert = TypedFunc<(u32, u32, u32), i32>;

/// The kernel for one message type, with its own memory. Only one thread can use it at a time.
pub(crate) struct Instance {
    store: Store<()>,
    memory: Memory,
    reserve_input: TypedFunc<u32, u32>,
    to_binary: Convert,
    to_json: Convert,
    explain: TypedFunc<(), i32>,
    /// So many bytes of input have room.
    capacity: usize,
    input: usize,
}

impl Instance {
    pub(crate) fn new(message: &str, table: Option<&[u8]>) -> Result<Self, Error> {
        let (engine, module) = compiled()?;
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
            ($name:literal) => {
                instance.get_typed_func(&mut store, $name).map_err(failed)?
            };
        }
        let version: TypedFunc<(), u32> = function!("version");
        let seed_hash: TypedFunc<(u32, u32), ()> = function!("seedHash");
        let select_message: TypedFunc<u32, i32> = function!("selectMessage");
        let mut kernel = Self {
            reserve_input: function!("reserveInput"),
            to_binary: function!("toBinary"),
            to_json: function!("toJson"),
            explain: function!("explain"),
            store,
            memory,
            capacity: 0,
            input: 0,
        };
        if version.call(&mut kernel.store, ()).map_err(failed)? != VERSION {
            return Err(Error::Kernel("it is of another version".into()));
        }
        seed_hash
            .call(&mut kernel.store, (random(), random()))
            .map_err(failed)?;
        kernel.load(message.as_bytes())?;
        if let Some(table) = table {
            kernel.replace_table(table)?;
        }
        let size = size_of_input(message.as_bytes())?;
        match select_message.call(&mut kernel.store, size) {
            Ok(0) => Err(Error::UnknownMessage(message.into())),
            Ok(_) => Ok(kernel),
            Err(error) => Err(failed(error)),
        }
    }

    /// Writes another table in place of the kernel's own.
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

    pub(crate) fn memory_size(&self) -> usize {
        self.memory.data(&self.store).len()
    }

    pub(crate) fn convert(
        &mut self,
        direction: Direction,
        input: &[u8],
        max_depth: u32,
        refused: u32,
    ) -> Result<Vec<u8>, Error> {
        self.load(input)?;
        let arguments = (size_of_input(input)?, max_depth, refused);
        let function = match direction {
            Direction::ToBinary => &self.to_binary,
            Direction::ToJson => &self.to_json,
        };
        let size = function.call(&mut self.store, arguments).map_err(failed)?;
        match usize::try_from(size) {
            Ok(size) => self.output(size).map(<[u8]>::to_vec),
            Err(_) => Err(self.error()),
        }
    }

    /// The violation of the last call.
    fn error(&mut self) -> Error {
        let size = match self.explain.call(&mut self.store, ()) {
            Ok(size) => usize::try_from(size).unwrap_or(0),
            Err(error) => return failed(error),
        };
        let (Ok(number), Ok(offset), Ok(pointer)) = (
            self.result(RESULT_CODE),
            self.result(RESULT_OFFSET),
            self.output(size),
        ) else {
            return broken();
        };
        match Code::from_number(number) {
            Some(code) => Error::Refused(Violation {
                code,
                pointer: String::from_utf8_lossy(pointer).into_owned(),
                offset: usize::try_from(offset).ok(),
            }),
            None if number == OUT_OF_MEMORY => Error::OutOfMemory,
            None => Error::Kernel(format!("it stopped with the code {number}")),
        }
    }

    /// Copies the input into the kernel's memory.
    fn load(&mut self, input: &[u8]) -> Result<(), Error> {
        if input.len() > self.capacity {
            let capacity = MINIMUM_CAPACITY.max(input.len() + input.len() / 4);
            let size = u32::try_from(capacity).map_err(|_| Error::OutOfMemory)?;
            let place = self.reserve_input.call(&mut self.store, size);
            self.input = usize::try_from(place.map_err(failed)?).unwrap_or(0);
            if self.input == 0 {
                return Err(Error::OutOfMemory);
            }
            self.capacity = capacity;
        }
        self.memory
            .data_mut(&mut self.store)
            .get_mut(self.input..self.input + input.len())
            .ok_or_else(broken)?
            .copy_from_slice(input);
        Ok(())
    }

    fn output(&self, size: usize) -> Result<&[u8], Error> {
        let start = usize::try_from(self.result(RESULT_OUTPUT)?).map_err(|_| broken())?;
        let end = start.checked_add(size).ok_or_else(broken)?;
        let memory = self.memory.data(&self.store);
        memory.get(start..end).ok_or_else(broken)
    }

    fn result(&self, word: usize) -> Result<u32, Error> {
        let at = RESULT + 4 * word;
        let bytes = self.memory.data(&self.store).get(at..at + 4);
        let word = bytes.and_then(|bytes| bytes.try_into().ok());
        word.map(u32::from_le_bytes).ok_or_else(broken)
    }
}

/// The compiled kernel; once in a process.
fn compiled() -> Result<&'static (Engine, Module), Error> {
    static COMPILED: OnceLock<Result<(Engine, Module), String>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let engine = Engine::new(&config());
        #[cfg(feature = "wasmtime")]
        let engine = engine.map_err(|error| error.to_string())?;
        match Module::new(&engine, WASM) {
            Ok(module) => Ok((engine, module)),
            Err(error) => Err(error.to_string()),
        }
    });
    compiled
        .as_ref()
        .map_err(|reason| Error::Kernel(reason.clone()))
}

#[cfg(feature = "wasmtime")]
fn config() -> Config {
    Config::new()
}

/// The deepest document takes some thousand calls.
#[cfg(not(feature = "wasmtime"))]
fn config() -> Config {
    let mut config = Config::default();
    config.set_max_recursion_depth(20_000);
    config
}

/// Numbers that nobody can foresee, as the standard library has for its own tables.
fn random() -> u32 {
    let bytes = RandomState::new().build_hasher().finish().to_le_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn size_of_input(input: &[u8]) -> Result<u32, Error> {
    u32::try_from(input.len()).map_err(|_| Error::OutOfMemory)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: engine::Error) -> Error {
    Error::Kernel(error.to_string())
}

fn broken() -> Error {
    Error::Kernel("its result is out of its memory".into())
}
