//! The modules, ready to run: once in a process.

use std::sync::OnceLock;

#[cfg(all(feature = "wasmi", not(feature = "wasmtime")))]
pub(super) use wasmi as runtime;
#[cfg(feature = "wasmtime")]
pub(super) use wasmtime as runtime;

use runtime::{Engine, Module};

use crate::Error;

/// A WebAssembly module of Stepwire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Program {
    /// `stepwire.wasm`, which converts documents and streams.
    Documents,
    /// `stepwire-accumulate.wasm`, which accumulates events to objects.
    Accumulate,
    /// `stepwire-columns.wasm`, which makes columns of documents.
    Columns,
}

/// Returns a module and its engine.
pub(super) fn load(program: Program) -> Result<(&'static Engine, &'static Module), Error> {
    static DOCUMENTS: OnceLock<Result<Module, String>> = OnceLock::new();
    static ACCUMULATE: OnceLock<Result<Module, String>> = OnceLock::new();
    static COLUMNS: OnceLock<Result<Module, String>> = OnceLock::new();
    let engine = engine()?;
    let (loaded, code) = match program {
        Program::Documents => (&DOCUMENTS, code::DOCUMENTS),
        Program::Accumulate => (&ACCUMULATE, code::ACCUMULATE),
        Program::Columns => (&COLUMNS, code::COLUMNS),
    };
    let module = loaded.get_or_init(|| code::load(engine, code));
    match module {
        Ok(module) => Ok((engine, module)),
        Err(reason) => Err(Error::Kernel(reason.clone())),
    }
}

fn engine() -> Result<&'static Engine, Error> {
    static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
    let engine = ENGINE.get_or_init(code::engine);
    engine
        .as_ref()
        .map_err(|reason| Error::Kernel(reason.clone()))
}

/// Machine code, which the build script has compiled.
#[cfg(feature = "wasmtime")]
mod code {
    use wasmtime::{Config, Engine, Module};

    use crate::kernel::settings;

    include!(concat!(env!("OUT_DIR"), "/precompiled.rs"));

    pub(super) fn engine() -> Result<Engine, String> {
        let mut config = Config::new();
        settings::apply(&mut config);
        // A process that forks must be able to use the kernel in the child. Only macOS has these ports.
        config.macos_use_mach_ports(false);
        Engine::new(&config).map_err(|error| format!("{error:#}"))
    }

    /// Loads the first code that this processor can run.
    pub(super) fn load(engine: &Engine, codes: &[&[u8]]) -> Result<Module, String> {
        let mut reason = String::new();
        for code in codes {
            // SAFETY: it is the unchanged output of `precompile_module`, of the same version.
            #[allow(unsafe_code)]
            let module = unsafe { Module::deserialize(engine, code) };
            match module {
                Ok(module) => return Ok(module),
                Err(error) => reason = format!("{error:#}"),
            }
        }
        Err(reason)
    }
}

#[cfg(not(feature = "wasmtime"))]
mod code {
    use wasmi::{Config, Engine, Module};

    pub(super) const DOCUMENTS: &[u8] = include_bytes!("../stepwire.wasm");
    pub(super) const ACCUMULATE: &[u8] = include_bytes!("../stepwire-accumulate.wasm");
    pub(super) const COLUMNS: &[u8] = include_bytes!("../stepwire-columns.wasm");

    #[allow(clippy::unnecessary_wraps, reason = "like that of wasmtime")]
    pub(super) fn engine() -> Result<Engine, String> {
        let mut config = Config::default();
        // The deepest document takes some thousand calls.
        config.set_max_recursion_depth(20_000);
        Ok(Engine::new(&config))
    }

    pub(super) fn load(engine: &Engine, code: &[u8]) -> Result<Module, String> {
        Module::new(engine, code).map_err(|error| error.to_string())
    }
}
