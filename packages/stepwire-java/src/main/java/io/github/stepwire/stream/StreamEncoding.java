package io.github.stepwire.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How a stream is compressed: the names of HTTP's {@code Content-Encoding}. */
public enum StreamEncoding {
  /** Not compressed. */
  IDENTITY {
    @Override
    InputStream decompress(InputStream input) {
      return input;
    }

    @Override
    OutputStream compress(OutputStream output) {
      return output;
    }

    @Override
    void finish(OutputStream compressor) {}
  },

  /** gzip. */
  GZIP {
    @Override
    InputStream decompress(InputStream input) throws IOException {
      return new GZIPInputStream(input, BUFFER_BYTES);
    }

    @Override
    OutputStream compress(OutputStream output) throws IOException {
      return new GZIPOutputStream(output, BUFFER_BYTES, true);
    }

    @Override
    void finish(OutputStream compressor) throws IOException {
      ((GZIPOutputStream) compressor).finish();
    }
  },

  /** Zstandard. It needs the optional dependency {@code com.github.luben:zstd-jni}. */
  ZSTD {
    @Override
    InputStream decompress(InputStream input) throws IOException {
      return Zstd.decompress(input);
    }

    @Override
    OutputStream compress(OutputStream output) throws IOException {
      return Zstd.compress(output);
    }

    @Override
    void finish(OutputStream compressor) throws IOException {
      Zstd.finish(compressor);
    }
  };

  private static final int BUFFER_BYTES = 8192;

  /** Returns the name in HTTP, such as {@code gzip}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract InputStream decompress(InputStream input) throws IOException;

  abstract OutputStream compress(OutputStream output) throws IOException;

  /** Ends the compression, but does not close the output. */
  abstract void finish(OutputStream compressor) throws IOException;

  InputStream openInput(InputStream input) throws IOException {
    try {
      return decompress(input);
    } catch (NoClassDefFoundError error) {
      throw missing(error);
    }
  }

  OutputStream openOutput(OutputStream output) throws IOException {
    try {
      return compress(output);
    } catch (NoClassDefFoundError error) {
      throw missing(error);
    }
  }

  private UnsupportedOperationException missing(NoClassDefFoundError error) {
    String reason = "the encoding " + this + " needs com.github.luben:zstd-jni as a dependency";
    return new UnsupportedOperationException(reason, error);
  }
}
