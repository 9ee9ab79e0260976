//! The native module `stepwire._native`: the Rust crate for Python. Its types are private to the package,
//! which checks parameters and documents them.

mod accumulator;
mod archive;
mod array;
mod blocks;
mod columns;
mod converter;
mod data;
mod error;
mod events;

use pyo3::prelude::*;

// No state is shared without a lock, so free-threaded Python needs no lock around calls.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::accumulator::{Accumulator, ObjectNumber};
    #[pymodule_export]
    use crate::archive::{ArchiveReader, ArchiveWriter};
    #[pymodule_export]
    use crate::array::delimit_array;
    #[pymodule_export]
    use crate::blocks::Blocks;
    #[pymodule_export]
    use crate::columns::Columns;
    #[pymodule_export]
    use crate::converter::Converter;
    #[pymodule_export]
    use crate::events::{EventDecoder, EventEncoder};
}
