//! Compiles the WebAssembly modules to machine code of the target, if the feature `wasmtime` is on.
//! Writes the stubs of the services, if the feature `tonic` is on.

#[cfg(feature = "wasmtime")]
mod precompile;
#[cfg(feature = "tonic")]
mod services;

fn main() {
    println!("cargo::rerun-if-changed=build");
    #[cfg(feature = "wasmtime")]
    if let Err(error) = precompile::run() {
        println!("cargo::error={error}");
    }
    #[cfg(feature = "tonic")]
    if let Err(error) = services::run() {
        println!("cargo::error={error}");
    }
}
