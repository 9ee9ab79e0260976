#![doc = include_str!("../README.md")]

mod conversion;
mod error;
mod kernel;
mod options;
pub mod stream;
mod transcoder;

pub use conversion::{Code, Mode};
pub use error::{Error, Violation};
pub use options::{Options, UnknownFields};
pub use transcoder::Transcoder;

#[cfg(not(any(feature = "wasmtime", feature = "wasmi")))]
compile_error!("stepwire needs one of the features `wasmtime` and `wasmi`");

/// The messages, as prost has them. They drop fields that they do not know.
pub mod v1 {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    include!("gen/stepwire/v1/stepwire.v1.rs");
}

/// Chat Completions.
pub mod chat {
    /// The messages, as prost has them. They drop fields that they do not know.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/chat/v1/stepwire.chat.v1.rs");
    }
}

/// The residue of messages, and the options of the mapping.
pub mod json {
    /// Version 1.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/json/v1/stepwire.json.v1.rs");
    }
}

/// Messages that the services of all models share.
pub mod rpc {
    /// Version 1.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/rpc/v1/stepwire.rpc.v1.rs");
    }
}
