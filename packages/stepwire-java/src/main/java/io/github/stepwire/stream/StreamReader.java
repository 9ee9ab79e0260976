package io.github.stepwire.stream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads event messages in the stream format: a loop over the events of an input. Each event is
 * returned as soon as it has arrived. There is one loop: each iterator continues where the last one
 * stopped.
 *
 * <p>{@link Iterator#hasNext} and {@link Iterator#next} wait for the input. They throw
 *
 * <ul>
 *   <li>{@link StreamFormatException} if the stream is malformed or exceeds a limit
 *   <li>{@link StreamFailureException} if the writer reported a failure
 *   <li>{@link UncheckedIOException} if the input fails
 * </ul>
 *
 * after the events before it. They then throw it again at each call.
 */
public final class StreamReader implements Iterable<NumberedEvent>, Closeable {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final StreamEncoding encoding;
  private final CountedInput input;
  private final Decoder decoder;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final Iterator<NumberedEvent> events = new Events();

  /** The decompressed input; null before the first call. */
  private InputStream source;

  private StreamReader(InputStream input, Builder builder) {
    encoding = builder.encoding;
    this.input = new CountedInput(input);
    ReadLimits limits =
        new ReadLimits(
            builder.maxEventBytes,
            builder.maxStateBytes,
            builder.maxBlockBytes,
            builder.maxExpansion);
    decoder = new Decoder(limits, builder.firstNumber);
  }

  /** Returns a reader with the default options. */
  public static StreamReader of(InputStream input) {
    return builder().open(input);
  }

  /** Begins a reader with other options. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Iterator<NumberedEvent> iterator() {
    return events;
  }

  /** Returns the events as a stream. Closing it closes the input. */
  public Stream<NumberedEvent> stream() {
    int properties = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(events, properties), false)
        .onClose(
            () -> {
              try {
                close();
              } catch (IOException exception) {
                throw new UncheckedIOException(exception);
              }
            });
  }

  /** Closes the input, and frees the memory of the decompressor. */
  @Override
  public void close() throws IOException {
    if (source == null) {
      input.close();
    } else {
      source.close();
    }
  }

  /** Reads the next event; null at the end of the stream. */
  private NumberedEvent read() {
    for (; ; ) {
      NumberedEvent event = decoder.next();
      if (event != null) {
        return event;
      }
      int size = readChunk();
      if (size < 0) {
        decoder.finish();
        return null;
      }
      decoder.push(chunk, size, input.count());
    }
  }

  /** Reads a chunk of the decompressed input. Returns its size, or -1 at the end. */
  private int readChunk() {
    int size = -1;
    try {
      // Not before, because decompressors read the header at once.
      source = source == null ? encoding.openInput(input) : source;
      size = source.read(chunk);
    } catch (IOException exception) {
      // Compressed data that is cut off does not matter after the end mark.
      if (input.failure() == null && !input.isEnded()) {
        throw decoder.stop(
            new Refusal(
                StreamErrorCode.MALFORMED_COMPRESSION, encoding + " data", "malformed data"));
      }
    }
    if (input.failure() != null) {
      throw new UncheckedIOException(input.failure());
    }
    return size;
  }

  private final class Events implements Iterator<NumberedEvent> {
    private NumberedEvent ahead;
    private boolean isEnded;
    private RuntimeException failure;

    @Override
    public boolean hasNext() {
      if (failure != null) {
        throw failure;
      }
      if (ahead == null && !isEnded) {
        try {
          ahead = read();
        } catch (RuntimeException exception) {
          failure = exception;
          throw exception;
        }
        isEnded = ahead == null;
      }
      return ahead != null;
    }

    @Override
    public NumberedEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the stream has no more events");
      }
      NumberedEvent event = ahead;
      ahead = null;
      return event;
    }
  }

  /** The options of a reader. */
  public static final class Builder {
    private StreamEncoding encoding = StreamEncoding.IDENTITY;
    private long firstNumber;
    private int maxEventBytes = 16 << 20;
    private int maxStateBytes = Format.DEFAULT_STATE_BYTES;
    private int maxBlockBytes = 1 << 20;
    private int maxExpansion = 1000;

    private Builder() {}

    /** How the stream is compressed; {@link StreamEncoding#IDENTITY} by default. */
    public Builder encoding(StreamEncoding encoding) {
      this.encoding = encoding;
      return this;
    }

    /** Smallest number that the first event may have, as for a reader that resumes; default 0. */
    public Builder firstNumber(long number) {
      firstNumber = number;
      return this;
    }

    /** Maximum size of an event, in bytes; default 16 MiB. */
    public Builder maxEventBytes(int bytes) {
      maxEventBytes = checkPositive("maxEventBytes", bytes);
      return this;
    }

    /**
     * Maximum size of the payloads to remember, in bytes, with 64 for each type of payload; default
     * 1 MiB.
     */
    public Builder maxStateBytes(int bytes) {
      maxStateBytes = checkPositive("maxStateBytes", bytes);
      return this;
    }

    /**
     * How far the size of all events, and of the decompressed stream, may exceed what {@link
     * #maxExpansion} allows, in bytes; default 1 MiB.
     */
    public Builder maxBlockBytes(int bytes) {
      maxBlockBytes = checkPositive("maxBlockBytes", bytes);
      return this;
    }

    /**
     * Maximum ratio of the size of all events, and of the decompressed stream, to the size of the
     * input; default 1000.
     */
    public Builder maxExpansion(int ratio) {
      maxExpansion = checkPositive("maxExpansion", ratio);
      return this;
    }

    /** Returns a reader of an input. */
    public StreamReader open(InputStream input) {
      return new StreamReader(input, this);
    }

    private static int checkPositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " is at least 1, not " + value);
      }
      return value;
    }
  }
}
