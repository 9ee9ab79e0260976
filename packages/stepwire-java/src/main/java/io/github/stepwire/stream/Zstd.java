package io.github.stepwire.stream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** All uses of zstd-jni, which may be absent: only calls of this class need it. */
final class Zstd {
  private static final int LEVEL = 3;

  /**
   * Distances that a match may reach back, in bits: 128 KiB. Larger windows cost memory for each
   * stream and save nothing, because nearly all of what repeats was left out.
   */
  private static final int WINDOW_LOG = 17;

  /** The largest window that is read. It bounds the memory of the decompressor to 8 MiB. */
  private static final int MAXIMUM_WINDOW_LOG = 23;

  private Zstd() {}

  static InputStream decompress(InputStream input) throws IOException {
    return new ZstdInputStreamNoFinalizer(input).setLongMax(MAXIMUM_WINDOW_LOG);
  }

  static OutputStream compress(OutputStream output) throws IOException {
    return new ZstdOutputStreamNoFinalizer(output, LEVEL).setWindowLog(WINDOW_LOG);
  }

  static void finish(OutputStream compressor) throws IOException {
    ((ZstdOutputStreamNoFinalizer) compressor).closeWithoutClosingParentStream();
  }
}
