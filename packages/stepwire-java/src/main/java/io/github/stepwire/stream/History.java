package io.github.stepwire.stream;

import java.util.Arrays;

/** The bodies of the events before, of which parts can be copied. */
final class History {
  /** Up to twice as many bytes as needed, so that bytes rarely move. */
  private byte[] bytes = {};

  private int length;

  /** Number of all bytes that were added. */
  private long total;

  /** Returns the number of bytes that can be copied. */
  int size() {
    return Math.min(length, Format.HISTORY_BYTES);
  }

  long total() {
    return total;
  }

  /** Adds the bytes from {@code start} to {@code end}. */
  void add(byte[] body, int start, int end) {
    total += end - start;
    int from = Math.max(start, end - Format.HISTORY_BYTES);
    int size = end - from;
    if (length + size > 2 * Format.HISTORY_BYTES) {
      int kept = size();
      System.arraycopy(bytes, length - kept, bytes, 0, kept);
      length = kept;
    } else if (length + size > bytes.length) {
      int capacity = Math.max(2 * (length + size), 512);
      bytes = Arrays.copyOf(bytes, Math.min(capacity, 2 * Format.HISTORY_BYTES));
    }
    System.arraycopy(body, from, bytes, length, size);
    length += size;
  }

  /** Returns the byte that is this far back: 1 for the last one. */
  byte back(int distance) {
    return bytes[length - distance];
  }

  /** Writes a part that is this far back. */
  void copy(int distance, int size, ByteOutput output) {
    output.copy(bytes, length - distance, length - distance + size);
  }

  /** Returns the hash of the eight bytes that are this far back. */
  int hash(int distance) {
    return CopyFinder.hash(bytes, length - distance);
  }

  void clear() {
    bytes = new byte[0];
    length = 0;
  }
}
