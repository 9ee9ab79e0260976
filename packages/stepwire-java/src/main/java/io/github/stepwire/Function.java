package io.github.stepwire;

/**
 * A function that a WebAssembly module exports. The project's docs/kernel-abi.md and
 * docs/accumulate-abi.md describe them. The native library knows them by their ordinals.
 */
enum Function {
  TO_BINARY("toBinary"),
  TO_JSON("toJson"),
  PACK_LINES("packLines"),
  UNPACK_LINES("unpackLines"),
  PACK_EVENTS("packEvents"),
  UNPACK_EVENTS("unpackEvents"),
  EXPLAIN("explain");

  /** The name of the export. */
  final String export;

  Function(String export) {
    this.export = export;
  }
}
