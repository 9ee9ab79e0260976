package io.github.stepwire.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** All uses of zstd-jni, which may be absent: only calls of this class need it. */
final class Zstd {
  private static final int LEVEL = 3;

  /** The largest window that is read: 8 MiB. It bounds the memory of the decompressor. */
  private static final int MAXIMUM_WINDOW_LOG = 23;

  private Zstd() {}

  /** Returns whether the program has zstd-jni. */
  static boolean isPresent() {
    try {
      Class.forName("com.github.luben.zstd.Zstd");
      return true;
    } catch (ClassNotFoundException | LinkageError exception) {
      return false;
    }
  }

  /** Expands a part of an array. Returns one byte more than the largest size if there are more. */
  static byte[] expand(byte[] bytes, int from, int size, int largest) throws IOException {
    try (var input =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes, from, size))
            .setLongMax(MAXIMUM_WINDOW_LOG)) {
      return input.readNBytes(largest + 1);
    }
  }

  static byte[] compress(byte[] bytes) {
    return com.github.luben.zstd.Zstd.compress(bytes, LEVEL);
  }
}
