//! A list of messages: from a name that is known at run time only, no type can be made.

// `pnpm generate:rust` writes it from the model.
include!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/messages.rs"));
