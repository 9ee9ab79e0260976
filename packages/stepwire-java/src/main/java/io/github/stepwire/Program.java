package io.github.stepwire;

/** A WebAssembly module. The native library knows it by its ordinal. */
enum Program {
  /** {@code stepwire.wasm}, which converts documents, lines and events. */
  CONVERTER(16384, 24),
  /** {@code stepwire-accumulate.wasm}, which adds up events to objects. */
  ACCUMULATOR(1024, 4);

  /** The place of its table, or plan. */
  final int table;

  /** The place in the table of its layout; the size of the table follows. */
  final int layout;

  Program(int table, int layout) {
    this.table = table;
    this.layout = layout;
  }
}
