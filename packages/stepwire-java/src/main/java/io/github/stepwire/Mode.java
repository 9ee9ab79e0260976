package io.github.stepwire;

/**
 * What is refused of a JSON document. What is no JSON object, has duplicate members, or passes a
 * limit is refused in every mode.
 */
public enum Mode {
  /** Refuses everything that the schema does not know. */
  STRICT(0x3f80),
  /**
   * Refuses missing required members, and known members of another type. Keeps what the schema does
   * not know. The default.
   */
  PRESERVE(0x0180),
  /** Refuses nothing that is a JSON object. */
  ARCHIVE(0);

  /** A bit for each code that is refused. */
  final int refused;

  Mode(int refused) {
    this.refused = refused;
  }
}
