package io.github.stepwire;

/** A WebAssembly module. The native library knows it by its ordinal. */
enum Program {
  /** {@code stepwire.wasm}, which converts documents, lines and events. */
  CONVERTER
}
