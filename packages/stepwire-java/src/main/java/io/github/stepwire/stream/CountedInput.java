package io.github.stepwire.stream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes of an input, and remembers whether it failed or ended. */
final class CountedInput extends FilterInputStream {
  private long count;
  private boolean isEnded;
  private IOException failure;

  CountedInput(InputStream input) {
    super(input);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int size) throws IOException {
    try {
      int read = in.read(buffer, offset, size);
      isEnded = read < 0;
      count += Math.max(read, 0);
      return read;
    } catch (IOException exception) {
      failure = exception;
      throw exception;
    }
  }

  /** Returns the number of bytes that were read. */
  long count() {
    return count;
  }

  /** Returns whether the input has ended. */
  boolean isEnded() {
    return isEnded;
  }

  /** Returns why the input failed; null if it did not. */
  IOException failure() {
    return failure;
  }
}
