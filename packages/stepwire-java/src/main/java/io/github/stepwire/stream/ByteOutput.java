package io.github.stepwire.stream;

import java.io.ByteArrayOutputStream;

/** Collects bytes. */
final class ByteOutput extends ByteArrayOutputStream {
  ByteOutput(int capacity) {
    super(capacity);
  }

  /** Writes the shortest varint. */
  void varint(long value) {
    long rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      write((int) rest & 0x7f | 0x80);
    }
    write((int) rest);
  }

  /** Writes the bytes from {@code start} to {@code end}. */
  void copy(byte[] bytes, int start, int end) {
    write(bytes, start, end - start);
  }

  /** Returns the number of bytes that fit without another buffer. */
  int capacity() {
    return buf.length;
  }
}
