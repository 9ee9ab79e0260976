package io.github.stepwire.stream;

import java.util.ArrayList;
import java.util.List;

/** Finds parts of a body in the history. */
final class CopyFinder {
  /** A shorter part costs more than it saves if the stream is compressed too. */
  private static final int SMALLEST_COPY = 40;

  /** The index has every 32nd offset of the history, with the hash of the eight bytes there. */
  private static final int INDEX_STEP = 32;

  private static final int INDEXED_BYTES = 8;
  private static final int INDEX_BITS = 11;

  private final History history;

  /** Offsets in the history + 1, by hash; null until something is looked for. */
  private long[] index;

  private long indexed;

  CopyFinder(History history) {
    this.history = history;
  }

  List<Part> find(byte[] body) {
    List<Part> parts = new ArrayList<>();
    int available = history.size();
    if (body.length < SMALLEST_COPY
        || body.length > Format.HISTORY_BYTES
        || available < SMALLEST_COPY) {
      return parts;
    }
    update();
    int from = 0;
    int at = 0;
    while (at + INDEXED_BYTES <= body.length && parts.size() < Format.MAXIMUM_COPIES) {
      long distance = history.total() - index[hash(body, at)] + 1;
      int after = distance > available ? 0 : equalAfter(body, at, (int) distance);
      int before = after == 0 ? 0 : equalBefore(body, at, from, (int) distance);
      if (before + after < SMALLEST_COPY) {
        at++;
        continue;
      }
      parts.add(new Part(at - before - from, before + after, (int) distance + before));
      at += after;
      from = at;
    }
    return parts;
  }

  /** Returns how many bytes from a place on equal those from a place in the history on. */
  private int equalAfter(byte[] body, int at, int distance) {
    int limit = Math.min(body.length - at, distance);
    int size = 0;
    while (size < limit && history.back(distance - size) == body[at + size]) {
      size++;
    }
    return size;
  }

  /** Returns how many bytes before a place equal those before a place in the history. */
  private int equalBefore(byte[] body, int at, int start, int distance) {
    int limit = Math.min(at - start, history.size() - distance);
    int size = 0;
    while (size < limit && history.back(distance + size + 1) == body[at - size - 1]) {
      size++;
    }
    return size;
  }

  /** Adds what is new in the history to the index. */
  private void update() {
    if (index == null) {
      index = new long[1 << INDEX_BITS];
    }
    long oldest = history.total() - history.size();
    long first = (oldest + INDEX_STEP - 1) / INDEX_STEP * INDEX_STEP;
    long offset = Math.max(indexed, first);
    for (; offset + INDEXED_BYTES <= history.total(); offset += INDEX_STEP) {
      index[history.hash((int) (history.total() - offset))] = offset + 1;
    }
    indexed = offset;
  }

  /** Returns the hash of eight bytes. */
  static int hash(byte[] bytes, int at) {
    return (word(bytes, at) * 0x9e3779b1 ^ word(bytes, at + 4) * 0x85ebca77)
        >>> Integer.SIZE - INDEX_BITS;
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] & 0xff
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }
}
