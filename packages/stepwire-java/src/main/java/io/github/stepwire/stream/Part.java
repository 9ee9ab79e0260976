package io.github.stepwire.stream;

import java.util.List;

/**
 * A part of a body that is copied from earlier bodies.
 *
 * @param gap number of bytes between the part and the one before
 * @param length number of bytes that are copied
 * @param distance how far back the part starts
 */
record Part(int gap, int length, int distance) {
  /** Returns the number of bytes of all parts. */
  static long copied(List<Part> parts) {
    return parts.stream().mapToLong(Part::length).sum();
  }
}
