package io.github.stepwire;

/** Messages that each have their size before them, as a varint. */
final class Delimited {
  /** The most bytes of a size that is read. */
  private static final int MOST_SIZE_BYTES = 5;

  private Delimited() {}

  /**
   * Reads a size.
   *
   * @return the size, and from bit 32 on, how many bytes it has; 0 if it is incomplete; -1 if it is
   *     no size of a message
   */
  static long sizeAt(byte[] bytes, int from, int to) {
    long size = 0;
    for (int index = 0; index < MOST_SIZE_BYTES; index++) {
      if (from + index >= to) {
        return 0;
      }
      byte next = bytes[from + index];
      size |= (next & 0x7FL) << (7 * index);
      if (next >= 0) {
        return size > Integer.MAX_VALUE ? -1 : size | (index + 1L) << Integer.SIZE;
      }
    }
    return -1;
  }

  static int size(long read) {
    return (int) read;
  }

  static int prefix(long read) {
    return (int) (read >> Integer.SIZE);
  }

  /** Returns how many bytes a size has. */
  static int prefixOf(int size) {
    return size == 0 ? 1 : (Integer.SIZE - Integer.numberOfLeadingZeros(size) + 6) / 7;
  }

  /** Writes a size, and returns the place after it. */
  static int write(byte[] target, int at, int size) {
    int rest = size;
    int place = at;
    while (rest > 0x7F) {
      target[place++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[place++] = (byte) rest;
    return place;
  }
}
