//! The host of the WebAssembly modules, for bindings to other languages. `docs/kernel-abi.md` of the
//! project describes their interface.

mod documents;
mod engine;
mod instance;
mod pool;
#[cfg(feature = "wasmtime")]
mod settings;

#[cfg(feature = "wasmtime")]
use wasmtime::{Config, WasmFeatures};

pub(crate) use documents::{Direction, Limits};
pub(crate) use pool::Pool;

pub(crate) use instance::size_of_input;

pub use engine::Program;
pub use instance::{Function, Instance};
