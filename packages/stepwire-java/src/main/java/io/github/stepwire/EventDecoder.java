package io.github.stepwire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Converts the bytes of a stream of server-sent events to binary messages, in chunks of any size.
 * It is for one stream, and for one thread at a time. The rules are those of the project's
 * docs/server-sent-events.md.
 *
 * <p>To read a whole stream, use {@link Builder#read}.
 */
public final class EventDecoder {
  private static final int LAST = 1;
  private static final int FIRST = 2;
  private static final int LENIENT = 4;

  /** So many bytes are converted even if no event ends in them, as they may be comments. */
  private static final int WORTH_TRYING = 64 << 10;

  /** How many bytes the kernel gets at once, unless an event is larger. */
  private static final int STEP = 1 << 20;

  /**
   * How many bytes it gets after a refused event; it doubles each time that none is refused.
   * Copying the rest of a chunk for each of many refused events would take quadratic time.
   */
  private static final int CAUTIOUS = 4 << 10;

  private static final int LARGEST_STEP = 1 << 30;
  private static final byte[] NOTHING = {};

  private final Transcoder transcoder;
  private final int maxBytes;
  private final boolean lenient;
  private final Consumer<RefusedException> refused;

  private byte[] buffer = NOTHING;
  private int start;
  private int filled;
  private int step = STEP;

  /** No event ends before this place in the buffer. */
  private int searched;

  /** How many bytes there were at the last call of the kernel. */
  private int tried;

  private int flags;
  private long offset;
  private long events;
  private boolean ended;
  private RefusedException pending;

  private EventDecoder(Builder builder) {
    transcoder = builder.transcoder;
    maxBytes = builder.maxEventBytes;
    lenient = builder.lenient;
    refused = builder.refused;
    flags = FIRST | (lenient ? LENIENT : 0);
  }

  /**
   * Begins a decoder.
   *
   * @param transcoder of an event message, such as {@code acme.v1.Event}
   */
  public static Builder builder(Transcoder transcoder) {
    return new Builder(transcoder);
  }

  /**
   * Returns the messages of the events that are complete with the next bytes of the stream.
   *
   * @throws RefusedException if an event was refused, and there is no consumer for it. It is thrown
   *     when the messages of the events before have been returned, maybe by the next call. Another
   *     call continues after the event
   */
  public List<byte[]> decode(byte[] chunk) {
    return decode(chunk, 0, chunk.length);
  }

  /** Does the same with a part of an array. */
  public List<byte[]> decode(byte[] chunk, int from, int size) {
    checkOpen();
    append(chunk, from, size);
    throwPending();
    return isWorthTrying() ? convert(0) : List.of();
  }

  /**
   * Returns the last messages of the stream, which has no more bytes.
   *
   * @throws RefusedException as {@link #decode} does. Another call continues
   */
  public List<byte[]> end() {
    throwPending();
    checkOpen();
    return convert(LAST);
  }

  private void checkOpen() {
    if (ended && pending == null) {
      throw new IllegalStateException("the stream of events has ended");
    }
  }

  private void throwPending() {
    if (pending != null) {
      RefusedException reason = pending;
      pending = null;
      throw reason;
    }
  }

  private void append(byte[] chunk, int from, int size) {
    if (size > buffer.length - filled) {
      makeRoom(size);
    }
    System.arraycopy(chunk, from, buffer, filled, size);
    filled += size;
  }

  private void makeRoom(int size) {
    int rest = filled - start;
    int needed = Math.addExact(rest, size);
    byte[] target = buffer;
    // Moving less than half of the buffer takes time in proportion to what was appended before.
    if (needed > buffer.length / 2) {
      target = new byte[(int) Math.max(needed, Math.min(2L * buffer.length, LARGEST_STEP))];
    }
    System.arraycopy(buffer, start, target, 0, rest);
    buffer = target;
    searched = Math.max(searched - start, 0);
    start = 0;
    filled = rest;
  }

  /**
   * Without this, an event that arrives in many chunks would take quadratic time.
   *
   * @return whether an event ends in the new bytes, or there are many more than at the last call
   */
  private boolean isWorthTrying() {
    boolean found = false;
    for (int at = Math.max(searched, start + 1); at < filled && !found; at++) {
      byte next = buffer[at];
      if (next == '\n' || next == '\r') {
        byte before = buffer[at - 1];
        found = lenient || before == '\n' || before == '\r' && next == '\r';
      }
    }
    searched = filled;
    return found || filled - start >= 2L * Math.max(tried, WORTH_TRYING);
  }

  private List<byte[]> convert(int last) {
    List<byte[]> messages = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = transcoder.withKernel(kernel -> convert(kernel, last, messages));
      if (pending != null && refused != null) {
        RefusedException reason = pending;
        pending = null;
        refused.accept(reason);
      }
      if (pending != null) {
        if (messages.isEmpty()) {
          throwPending();
        }
        return messages;
      }
    }
    return messages;
  }

  /** Returns whether there may be more events in the buffer. */
  private boolean convert(Kernel kernel, int last, List<byte[]> messages) {
    int rest = filled - start;
    int size = Math.min(rest, step);
    boolean isRest = size == rest;
    Kernel.Chunk chunk =
        transcoder.convertMany(
            kernel,
            Function.PACK_EVENTS,
            buffer,
            start,
            size,
            maxBytes,
            isRest ? flags | last : flags);
    split(chunk.output(), messages);
    events += chunk.documents();
    int end = chunk.consumed();
    if (chunk.refused() == null) {
      skip(end);
      if (!isRest && end == 0 || step < STEP) {
        // An event may be larger than the step.
        step = Math.min(2 * step, LARGEST_STEP);
      } else if (end > 0) {
        step = STEP;
      }
      if (isRest) {
        searched = filled;
        tried = filled - start;
        ended = last != 0;
      }
      return !isRest;
    }
    events++;
    boolean isEnd = chunk.end() == 0;
    end = Math.max(end, (int) chunk.end());
    RefusedException reason = kernel.refusal();
    pending = reason.inside(events, offset + chunk.consumed(), isEnd ? -1 : offset + chunk.end());
    skip(end);
    step = CAUTIOUS;
    searched = start;
    tried = 0;
    ended = isEnd;
    return !isEnd;
  }

  private void skip(int size) {
    if (size > 0) {
      flags &= ~FIRST;
    }
    start += size;
    offset += size;
    if (start == filled) {
      start = 0;
      filled = 0;
    }
  }

  private static void split(byte[] output, List<byte[]> messages) {
    int at = 0;
    while (at < output.length) {
      long size = Delimited.sizeAt(output, at, output.length);
      int from = at + Delimited.prefix(size);
      at = from + Delimited.size(size);
      messages.add(Arrays.copyOfRange(output, from, at));
    }
  }

  /** The options of a decoder. */
  public static final class Builder {
    private static final int LARGEST_BYTES = 1 << 29;

    private final Transcoder transcoder;
    private int maxEventBytes = 16 << 20;
    private boolean lenient;
    private Consumer<RefusedException> refused;

    private Builder(Transcoder transcoder) {
      this.transcoder = transcoder;
    }

    /** How many bytes an event may have: 1 to 512 MiB; 16 MiB by default. */
    public Builder maxEventBytes(int bytes) {
      if (bytes < 1 || bytes > LARGEST_BYTES) {
        throw new IllegalArgumentException(
            "maxEventBytes is from 1 to " + LARGEST_BYTES + ", not " + bytes);
      }
      maxEventBytes = bytes;
      return this;
    }

    /** Reads streams that have lost the blank lines between events. */
    public Builder lenient() {
      lenient = true;
      return this;
    }

    /** Leaves out events that are refused, and gives them to a consumer. */
    public Builder onRefused(Consumer<RefusedException> consumer) {
      refused = consumer;
      return this;
    }

    /** Returns the decoder. */
    public EventDecoder build() {
      return new EventDecoder(this);
    }

    /**
     * Returns the messages of a stream of events, each as soon as its event has arrived. Closing
     * the stream closes the source.
     *
     * <p>The stream throws a {@link RefusedException} at an event that is refused, unless there is
     * a consumer for it, and an {@link UncheckedIOException} if reading fails.
     */
    public Stream<byte[]> read(InputStream source) {
      int traits = Spliterator.ORDERED | Spliterator.NONNULL;
      Iterator<byte[]> events = new Events(build(), source);
      return StreamSupport.stream(Spliterators.spliteratorUnknownSize(events, traits), false)
          .onClose(() -> close(source));
    }

    private static void close(InputStream source) {
      try {
        source.close();
      } catch (IOException exception) {
        throw new UncheckedIOException(exception);
      }
    }
  }

  private static final class Events implements Iterator<byte[]> {
    private final EventDecoder decoder;
    private final InputStream source;
    private final byte[] chunk = new byte[16 << 10];
    private final Queue<byte[]> ready = new ArrayDeque<>();

    Events(EventDecoder decoder, InputStream source) {
      this.decoder = decoder;
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty()) {
        decoder.throwPending();
        if (decoder.ended) {
          return false;
        }
        try {
          int size = source.read(chunk);
          ready.addAll(size < 0 ? decoder.end() : decoder.decode(chunk, 0, size));
        } catch (IOException exception) {
          throw new UncheckedIOException(exception);
        }
      }
      return true;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }
  }
}
