#![doc = include_str!("../README.md")]

#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub mod accumulate;
pub mod archive;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub mod batch;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub mod columns;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
mod conversion;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
mod converter;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
mod error;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub mod events;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub mod kernel;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
mod options;
pub mod stream;
#[cfg(all(feature = "messages", any(feature = "wasmtime", feature = "wasmi")))]
mod transcoder;

#[cfg(all(feature = "messages", any(feature = "wasmtime", feature = "wasmi")))]
pub use transcoder::Transcoder;
#[cfg(any(feature = "wasmtime", feature = "wasmi"))]
pub use {
    accumulate::Accumulator,
    conversion::{Code, Mode},
    converter::Converter,
    error::{Error, Violation},
    options::{Options, UnknownFields},
};

/// Clients and servers of the services, with tonic.
#[cfg(feature = "tonic")]
pub mod grpc {
    include!(concat!(env!("OUT_DIR"), "/services.rs"));
}

/// The folder with the `.proto` files, for a build script that generates code for a schema which
/// imports them, such as `stepwire/json/v1/json.proto`. It exists on the machine that compiled
/// this crate.
pub const PROTO_PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");

#[cfg(feature = "messages")]
/// The messages, as prost has them. They drop fields that they do not know.
pub mod v1 {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    include!("gen/stepwire/v1/stepwire.v1.rs");
}

#[cfg(feature = "messages")]
/// Chat Completions.
pub mod chat {
    /// The messages, as prost has them. They drop fields that they do not know.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/chat/v1/stepwire.chat.v1.rs");
    }
}

#[cfg(feature = "messages")]
/// Responses.
pub mod responses {
    /// The messages, as prost has them. They drop fields that they do not know.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/responses/v1/stepwire.responses.v1.rs");
    }
}

#[cfg(feature = "messages")]
/// The residue of messages, and the options of the mapping.
pub mod json {
    /// Version 1.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/json/v1/stepwire.json.v1.rs");
    }
}

#[cfg(feature = "messages")]
/// Messages that the services of all models share.
pub mod rpc {
    /// Version 1.
    pub mod v1 {
        #![allow(missing_docs, clippy::all, clippy::pedantic)]
        include!("gen/stepwire/rpc/v1/stepwire.rpc.v1.rs");
    }
}
