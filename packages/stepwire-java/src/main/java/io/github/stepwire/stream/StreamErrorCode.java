package io.github.stepwire.stream;

import java.util.Locale;

/** What is wrong with a stream. */
public enum StreamErrorCode {
  /** The bytes do not start like a stream. */
  BAD_MAGIC,
  /** The stream has a newer version of the format. */
  NEWER_VERSION,
  /** The input ends before the end of the stream. */
  CUT_OFF,
  /** There are bytes after the end of the stream. */
  TRAILING_BYTES,
  /** A record is malformed. */
  MALFORMED,
  /** A record refers to a previous payload or a field of it that does not exist. */
  MISSING_REFERENCE,
  /** The number of an event is too small. */
  NUMBER_ORDER,
  /** An event or the description of a failure is larger than {@code maxEventBytes}. */
  TOO_LARGE,
  /** The payloads to remember are larger than {@code maxStateBytes}. */
  STATE_TOO_LARGE,
  /** The input becomes larger than {@code maxBlockBytes} and {@code maxExpansion} allow. */
  EXPANDS_TOO_MUCH,
  /** The compressed input is malformed. */
  MALFORMED_COMPRESSION;

  /** Returns the code as all languages write it, such as {@code cut_off}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
