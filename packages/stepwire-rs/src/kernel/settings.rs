//! Settings of wasmtime. The build script and the crate have to agree on them: code that was compiled
//! with others is refused.

/// Sets what would depend on the features of wasmtime that other crates switch on.
pub(super) fn apply(config: &mut super::Config) {
    config.wasm_features(super::WasmFeatures::GC_TYPES, false);
    config.wasm_features(super::WasmFeatures::EXCEPTIONS, false);
    config.concurrency_support(false);
}
