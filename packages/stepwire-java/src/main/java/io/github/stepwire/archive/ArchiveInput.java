package io.github.stepwire.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The bytes that were read from a source and are not used. */
final class ArchiveInput {
  private static final int FIRST_BUFFER = 64 << 10;

  private final InputStream source;
  byte[] buffer = new byte[FIRST_BUFFER];
  int start;
  int filled;
  boolean ended;

  /** The offset in the source of the first unused byte. */
  long offset;

  ArchiveInput(InputStream source) {
    this.source = source;
  }

  int unused() {
    return filled - start;
  }

  /** Reads until there are so many unused bytes, or the input ends. */
  void need(long size) throws IOException {
    while (unused() < size && !ended) {
      read();
    }
  }

  /** Reads what has arrived. The buffer grows with what arrives, not with what should follow. */
  void read() throws IOException {
    if (filled == buffer.length && start > 0) {
      System.arraycopy(buffer, start, buffer, 0, unused());
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int size = source.read(buffer, filled, buffer.length - filled);
    if (size < 0) {
      ended = true;
    } else {
      filled += size;
    }
  }

  /** Skips unused bytes. */
  void drop(int size) {
    start += size;
    offset += size;
  }

  /** Skips bytes, which may be more than those that were read. */
  void skip(long size) throws IOException {
    long rest = size;
    need(1);
    while (rest > 0 && unused() > 0) {
      int part = (int) Math.min(rest, unused());
      drop(part);
      rest -= part;
      need(1);
    }
  }

  void close() throws IOException {
    source.close();
  }
}
