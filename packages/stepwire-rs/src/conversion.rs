//! Modes and codes, which `pnpm generate:rust` generates from the schema.

// No code here uses the kernel's numbers for its own faults.
#![allow(dead_code, clippy::doc_markdown)]

include!("gen/conversion.rs");
