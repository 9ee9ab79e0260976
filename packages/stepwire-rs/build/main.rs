//! Compiles the WebAssembly modules to machine code of the target, if the feature `wasmtime` is on.

#[cfg(feature = "wasmtime")]
mod precompile;

fn main() {
    println!("cargo::rerun-if-changed=build");
    #[cfg(feature = "wasmtime")]
    if let Err(error) = precompile::run() {
        println!("cargo::error={error}");
    }
}
