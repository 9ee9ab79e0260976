package io.github.stepwire;

import java.util.Locale;

/** Why an input is refused. The project's docs/mapping.md explains each. */
public enum Code {
  // In the order of the kernel's numbers, from 1.
  /** The text is not JSON, or not UTF-8. */
  NOT_JSON,
  /** The document is not an object. */
  NOT_AN_OBJECT,
  /** An object has two members of one name. */
  DUPLICATE_MEMBER,
  /** A member's name has a lone surrogate. */
  LONE_SURROGATE,
  /** There are more levels of arrays and objects than are allowed. */
  TOO_DEEP,
  /** There are more bytes than are allowed. */
  TOO_LARGE,
  /** A required member is absent. */
  MISSING_MEMBER,
  /** A known member is of another JSON type. */
  WRONG_TYPE,
  /** The schema has no member of this name. */
  UNKNOWN_MEMBER,
  /** The schema has no such value. */
  UNKNOWN_VALUE,
  /** The schema has no such variant of a union. */
  UNKNOWN_VARIANT,
  /** The tag of a union contradicts its payload. */
  TAG_MISMATCH,
  /** The value is of the right type, but the field cannot hold it exactly. */
  NOT_REPRESENTABLE,
  /** What a message keeps as JSON text is no JSON. */
  INVALID_RESIDUE,
  /** The bytes are not a message of this type. */
  MALFORMED_BINARY;

  private static final Code[] CODES = values();

  /** The code of a number of the kernel's; null if it is none. */
  static Code of(int number) {
    return number >= 1 && number <= CODES.length ? CODES[number - 1] : null;
  }

  /** The name that the code has in every language, such as {@code missing_member}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
