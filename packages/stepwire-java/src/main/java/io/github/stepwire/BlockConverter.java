package io.github.stepwire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Converts an input with many documents block by block. */
final class BlockConverter {
  /** How many bytes the kernel gets at once. */
  private static final int BLOCK = 1 << 20;

  /**
   * How many bytes it gets after a refused document; it doubles each time that none is refused.
   * Copying the rest of a block for each of many refused documents would take quadratic time.
   */
  private static final int CAUTIOUS = 4 << 10;

  private static final int FIRST_BUFFER = 64 << 10;
  private static final byte[] NOTHING = {};

  private final Transcoder transcoder;
  private final Function function;
  private final boolean packs;
  private final Consumer<RefusedException> refused;

  /** Null if the input is an array. */
  private final InputStream source;

  private byte[] buffer;
  private int start;
  private int filled;
  private boolean ended;

  /** No line ends in so many bytes after the start. */
  private int searched;

  /** So many bytes of a refused message are still in the source. */
  private long missing;

  private RefusedException pending;
  private int step = BLOCK;
  private long offset;
  private long lines;
  private long documents;

  BlockConverter(
      Transcoder transcoder, Function function, byte[] input, Consumer<RefusedException> refused) {
    this(transcoder, function, null, input, refused);
    filled = input.length;
    ended = true;
  }

  BlockConverter(
      Transcoder transcoder,
      Function function,
      InputStream source,
      Consumer<RefusedException> refused) {
    this(transcoder, function, source, new byte[FIRST_BUFFER], refused);
  }

  private BlockConverter(
      Transcoder transcoder,
      Function function,
      InputStream source,
      byte[] buffer,
      Consumer<RefusedException> refused) {
    this.transcoder = transcoder;
    this.function = function;
    this.packs = function == Function.PACK_LINES;
    this.source = source;
    this.buffer = buffer;
    this.refused = refused;
  }

  /** Converts an input that is an array. */
  byte[] all() {
    try {
      byte[] first = next();
      if (first == null) {
        return NOTHING;
      }
      if (start == filled && pending == null) {
        return first;
      }
      ByteArrayOutputStream output = new ByteArrayOutputStream(2 * first.length);
      output.write(first, 0, first.length);
      transferTo(output);
      return output.toByteArray();
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  long transferTo(OutputStream target) throws IOException {
    for (byte[] block = next(); block != null; block = next()) {
      target.write(block);
    }
    return documents;
  }

  /** Returns the converted documents one by one. */
  Stream<byte[]> documents() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    Stream<byte[]> stream =
        StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Documents(), traits), false);
    return stream.onClose(this::close);
  }

  private void close() {
    try {
      source.close();
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** Splits converted blocks. */
  private final class Documents implements Iterator<byte[]> {
    private byte[] block = NOTHING;
    private int at;

    @Override
    public boolean hasNext() {
      try {
        while (block != null && at == block.length) {
          at = 0;
          block = BlockConverter.this.next();
        }
        return block != null;
      } catch (IOException exception) {
        throw new UncheckedIOException(exception);
      }
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int from = at;
      int to;
      if (packs) {
        long size = Delimited.sizeAt(block, from, block.length);
        from += Delimited.prefix(size);
        to = from + Delimited.size(size);
        at = to;
      } else {
        to = endOfLine(block, from, block.length);
        at = to + 1;
      }
      return Arrays.copyOfRange(block, from, to);
    }
  }

  /** Returns the index of the next line feed, or the end of the part. */
  private static int endOfLine(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Returns the next converted documents, at least one; null at the end of the input. */
  private byte[] next() throws IOException {
    while (fill()) {
      byte[] output = transcoder.withKernel(this::convert);
      if (pending != null) {
        RefusedException reason = pending;
        pending = null;
        refused.accept(reason);
      }
      if (output.length > 0) {
        return output;
      }
    }
    return null;
  }

  /** Reads until a document is complete. Returns false at the end of the input. */
  private boolean fill() throws IOException {
    if (missing > 0 && !ended) {
      source.skipNBytes(missing);
    }
    missing = 0;
    while (!isReady()) {
      if (ended) {
        return start < filled;
      }
      searched = filled - start;
      if (packs && searched > transcoder.maxBytes()) {
        refuseLine();
      } else {
        read();
      }
    }
    return true;
  }

  private boolean isReady() {
    if (start == filled) {
      return false;
    }
    if (packs) {
      return endOfLine(buffer, start + searched, filled) < filled;
    }
    long size = Delimited.sizeAt(buffer, start, filled);
    return size < 0
        || size > 0
            && (Delimited.size(size) > transcoder.maxBytes()
                || Delimited.size(size) <= filled - start - Delimited.prefix(size));
  }

  /** Reads what has arrived, at least a byte. */
  private void read() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int size = source.read(buffer, filled, buffer.length - filled);
    if (size < 0) {
      ended = true;
      return;
    }
    filled += size;
    // A source that is faster than the conversion is read in larger blocks.
    if (filled == buffer.length && filled < BLOCK && source.available() > 0) {
      read();
    }
  }

  private byte[] convert(Kernel kernel) {
    int rest = filled - start;
    int size = Math.min(rest, step);
    boolean last = ended && size == rest;
    Kernel.Chunk chunk =
        transcoder.convertMany(
            kernel, function, buffer, start, size, transcoder.maxBytes(), last ? 1 : 0);
    documents += chunk.documents();
    lines += chunk.lines();
    skip(chunk.consumed());
    if (chunk.refused() != null) {
      if (chunk.output().length == 0) {
        refuse(kernel, (int) (chunk.end() - chunk.consumed()));
      }
      step = CAUTIOUS;
    } else if (chunk.consumed() == 0 || step < BLOCK) {
      // A document may be larger than the step.
      step = Math.min(2 * step, 1 << 30);
    } else {
      step = BLOCK;
    }
    return chunk.output();
  }

  /** Skips bytes of the buffer. */
  private void skip(int size) {
    start += size;
    offset += size;
    searched = 0;
  }

  /** Finds out why the document at the start of the buffer was refused, and skips it. */
  private void refuse(Kernel kernel, int lineSize) {
    lines++;
    long from = start;
    long to = from + lineSize;
    long documentEnd = to;
    if (packs) {
      documentEnd = lineSize > 0 && buffer[start + lineSize - 1] == '\n' ? to - 1 : to;
    } else {
      long size = Delimited.sizeAt(buffer, start, filled);
      if (size <= 0) {
        // Nobody knows where the next message starts.
        pending = new RefusedException(Code.MALFORMED_BINARY, 0, "").inside(lines, offset, -1);
        start = filled;
        ended = true;
        return;
      }
      from += Delimited.prefix(size);
      to = from + Delimited.size(size);
      documentEnd = to;
    }
    RefusedException reason;
    if (documentEnd - from > transcoder.maxBytes()) {
      reason = new RefusedException(Code.TOO_LARGE, 0, "");
    } else if (to > filled) {
      reason = new RefusedException(Code.MALFORMED_BINARY, filled - from, "");
    } else {
      byte[] document = Arrays.copyOfRange(buffer, (int) from, (int) documentEnd);
      reason = transcoder.explain(kernel, packs ? Function.TO_BINARY : Function.TO_JSON, document);
    }
    long size = to - start;
    pending = reason.inside(lines, offset, offset + size);
    int buffered = (int) Math.min(size, filled - start);
    missing = size - buffered;
    skip(buffered);
    offset += missing;
  }

  /** Skips a line that is longer than a document may be. */
  private void refuseLine() throws IOException {
    long from = offset;
    lines++;
    for (; ; ) {
      int end = endOfLine(buffer, start, filled);
      if (end < filled || ended) {
        skip(Math.min(end + 1, filled) - start);
        break;
      }
      skip(filled - start);
      read();
    }
    RefusedException reason = new RefusedException(Code.TOO_LARGE, 0, "");
    refused.accept(reason.inside(lines, from, offset));
  }
}
