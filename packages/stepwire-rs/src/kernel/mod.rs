//! The host of the WebAssembly kernel. `docs/kernel-abi.md` describes the interface.

mod instance;
mod pool;

pub(crate) use instance::Direction;
pub(crate) use pool::Pool;
