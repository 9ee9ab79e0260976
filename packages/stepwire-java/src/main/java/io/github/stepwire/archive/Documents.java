package io.github.stepwire.archive;

/**
 * The complete documents at the start of a buffer, each after its size.
 *
 * @param count how many
 * @param size how many bytes they have, with their sizes
 * @param code why the next bytes are no document; null if there is no reason
 * @param message the same for people
 */
record Documents(long count, int size, ArchiveErrorCode code, String message) {
  private static final int MOST_SIZE_BYTES = 10;

  /** Counts the documents of a part of an array. */
  static Documents find(byte[] bytes, int from, int to, int maxBytes, boolean last) {
    long count = 0;
    int at = from;
    while (at < to) {
      int start = endOfSize(bytes, at, to);
      if (start == MALFORMED) {
        return new Documents(
            count,
            at - from,
            ArchiveErrorCode.MALFORMED,
            "a size of more than 10 bytes or 64 bits");
      }
      long size = start == INCOMPLETE ? 0 : sizeAt(bytes, at, start);
      if (Long.compareUnsigned(size, maxBytes) > 0) {
        return new Documents(
            count,
            at - from,
            ArchiveErrorCode.TOO_LARGE,
            "a document of more than " + maxBytes + " bytes");
      }
      if (start == INCOMPLETE || size > to - start) {
        return last
            ? new Documents(
                count, at - from, ArchiveErrorCode.CUT_OFF, "the archive ends within a document")
            : new Documents(count, at - from, null, "");
      }
      at = start + (int) size;
      count++;
    }
    return new Documents(count, at - from, null, "");
  }

  static final int INCOMPLETE = -1;
  static final int MALFORMED = -2;

  /** Returns where the size at a place ends. */
  static int endOfSize(byte[] bytes, int at, int to) {
    for (int index = 0; index < MOST_SIZE_BYTES; index++) {
      if (at + index >= to) {
        return INCOMPLETE;
      }
      if (bytes[at + index] >= 0) {
        return index == MOST_SIZE_BYTES - 1 && bytes[at + index] > 1 ? MALFORMED : at + index + 1;
      }
    }
    return MALFORMED;
  }

  /** Returns the size whose bytes are known. */
  static long sizeAt(byte[] bytes, int at, int end) {
    long size = 0;
    for (int index = end - 1; index >= at; index--) {
      size = size << 7 | bytes[index] & 0x7F;
    }
    return size;
  }
}
