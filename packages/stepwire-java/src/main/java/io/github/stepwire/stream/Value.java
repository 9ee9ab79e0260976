package io.github.stepwire.stream;

/**
 * The value of a length-delimited field.
 *
 * @param sizeAt offset of the size of the value
 * @param start offset of the value
 * @param end offset of the byte after it
 */
record Value(int sizeAt, int start, int end) {
  int size() {
    return end - start;
  }
}
