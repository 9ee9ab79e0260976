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
  EXPLAIN("explain"),
  SET_LIMIT("setLimit"),
  SET_NAMES("setNames"),
  KEEP_OBJECT("keepObject"),
  APPLY("apply"),
  APPLY_ALL("applyAll"),
  ENDED("ended"),
  OBJECT_COUNT("objectCount"),
  OBJECT_AT("objectAt"),
  FIND("find"),
  SNAPSHOT("snapshot"),
  OBJECT_TYPE("objectType"),
  OBJECT_ID("objectId"),
  REMOVE("remove"),
  SIZE("size");

  /** The name of the export. */
  final String export;

  Function(String export) {
    this.export = export;
  }
}
