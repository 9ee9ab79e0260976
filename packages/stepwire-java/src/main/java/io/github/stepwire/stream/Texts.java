package io.github.stepwire.stream;

import java.util.Arrays;

/** The last short texts that were written as the only changed value of an event. */
final class Texts {
  private final byte[][] texts = new byte[Format.TEXTS][];
  private int next;

  /** Adds a text in the place of the oldest one, unless it is empty or too long. */
  void add(byte[] text) {
    if (text.length > 0 && text.length <= Format.TEXT_BYTES) {
      texts[next] = text;
      next = (next + 1) % Format.TEXTS;
    }
  }

  /** Returns the place of a text, or -1. */
  int find(byte[] text) {
    for (int place = 0; place < texts.length; place++) {
      if (Arrays.equals(texts[place], text)) {
        return place;
      }
    }
    return -1;
  }

  /** Returns the text in a place, or null. */
  byte[] get(long place) {
    return place < texts.length ? texts[(int) place] : null;
  }
}
