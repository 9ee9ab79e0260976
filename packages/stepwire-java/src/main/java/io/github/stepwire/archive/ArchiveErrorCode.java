package io.github.stepwire.archive;

import java.util.Locale;

/** What is wrong with an archive. */
public enum ArchiveErrorCode {
  /** The archive has a newer version of the format. */
  NEWER_VERSION,
  /** The input ends within a document or a part of the archive, or before its end. */
  CUT_OFF,
  /** A part of the archive, or a size, is malformed. */
  MALFORMED,
  /** The bytes of a part differ from those that were written. */
  CHECKSUM,
  /** A document or a block is larger than the limit. */
  TOO_LARGE,
  /** A block is compressed in a way that this package, or this program, cannot read. */
  UNKNOWN_CODEC;

  /** Returns the name that all languages use, as in {@code cut_off}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
