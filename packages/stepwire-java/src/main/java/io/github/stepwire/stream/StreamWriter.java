package io.github.stepwire.stream;

import com.google.protobuf.Descriptors.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Writes event messages in the stream format. Each call writes all of its bytes to the output and
 * flushes it.
 *
 * <p>The stream ends with {@link #end} or {@link #fail}. If the writer is closed before, or after
 * an exception of the output, readers find that the stream was cut off. A writer is not safe for
 * use by several threads.
 */
public final class StreamWriter implements Closeable {
  /** A larger buffer is not kept for the next block. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final OutputStream output;
  private final OutputStream compressor;
  private final StreamEncoding encoding;
  private final Map<Integer, Arm> arms;
  private final State state;
  private final Fields event = new Fields();
  private final Fields payload = new Fields();
  private ByteOutput block = new ByteOutput(1024);

  /** The shape of the last event. */
  private Shape shape = Shape.WHOLE;

  /** The places of the changed values; whether the next event may have the same ones. */
  private final Layout layout = new Layout();

  private boolean isLayoutValid;

  private final History history = new History();
  private final CopyFinder copies = new CopyFinder(history);
  private final Texts texts = new Texts();

  private long next;
  private boolean isEnded;

  private StreamWriter(OutputStream output, Builder builder) throws IOException {
    this.output = output;
    encoding = builder.encoding;
    compressor = encoding.openOutput(output);
    arms = Arm.of(builder.message);
    state = new State(builder.maxStateBytes);
    next = builder.firstNumber;
    for (int each : Format.MAGIC) {
      block.write(each);
    }
    block.varint(Format.VERSION);
    block.varint(next);
  }

  /**
   * Begins a writer of event messages.
   *
   * @param message the event message. The options of its schema say which payloads repeat their
   *     fields.
   */
  public static Builder builder(Descriptor message) {
    return new Builder(message);
  }

  /** Returns the number of the next event. */
  public long nextNumber() {
    return next;
  }

  /**
   * Writes events that came together, which are numbered consecutively.
   *
   * @param events the event messages, in binary
   * @throws IOException if the output fails
   */
  public void write(List<byte[]> events) throws IOException {
    write(events, next);
  }

  /**
   * Writes events that came together.
   *
   * @param events the event messages, in binary
   * @param firstNumber number of the first of them
   * @throws IllegalArgumentException if the number is less than {@link #nextNumber}
   * @throws IOException if the output fails
   */
  public void write(List<byte[]> events, long firstNumber) throws IOException {
    checkOpen();
    checkNumber(firstNumber, next);
    checkNumber(firstNumber + Math.max(events.size() - 1, 0), next);
    if (firstNumber > next && !events.isEmpty()) {
      control(Format.JUMP);
      block.varint(firstNumber);
      next = firstNumber;
    }
    for (byte[] each : events) {
      writeEvent(each);
    }
    next += events.size();
    send();
  }

  /**
   * Writes a record without an event, which shows that the stream is alive.
   *
   * @throws IOException if the output fails
   */
  public void alive() throws IOException {
    checkOpen();
    control(Format.ALIVE);
    send();
  }

  /**
   * Ends the stream. The output stays open.
   *
   * @throws IOException if the output fails
   */
  public void end() throws IOException {
    checkOpen();
    control(Format.END);
    finish();
  }

  /**
   * Ends the stream with a failure. The output stays open.
   *
   * @param detail describes the failure; the transport defines the meaning of the bytes
   * @throws IOException if the output fails
   */
  public void fail(byte[] detail) throws IOException {
    checkOpen();
    control(Format.FAILURE);
    block.varint(detail.length);
    block.copy(detail, 0, detail.length);
    finish();
  }

  /** Closes the output, and frees the memory of the compressor. */
  @Override
  public void close() throws IOException {
    try (output) {
      compressor.close();
    }
  }

  private void finish() throws IOException {
    isEnded = true;
    state.clear();
    history.clear();
    send();
    encoding.finish(compressor);
    output.flush();
  }

  private void send() throws IOException {
    if (block.size() > 0) {
      block.writeTo(compressor);
      compressor.flush();
    }
    block.reset();
    if (block.capacity() > KEPT_BYTES) {
      block = new ByteOutput(1024);
    }
  }

  private void control(int code) {
    block.varint(Format.CONTROL_HEAD);
    block.varint(code);
  }

  private void checkOpen() {
    if (isEnded) {
      throw new IllegalStateException("the stream has ended");
    }
  }

  private void writeEvent(byte[] bytes) {
    if (isLayoutValid && writeLikeLast(bytes)) {
      return;
    }
    isLayoutValid = false;
    if (!event.read(bytes, 0, bytes.length)) {
      writeBody(bytes, Shape.WHOLE);
      return;
    }
    for (int index = 0; index < event.count; index++) {
      int number = event.numbers[index];
      Arm arm = arms.get(number);
      Value value = arm == null ? null : event.locate(index);
      if (value != null
          && payload.read(bytes, value.start(), value.end())
          && state.fits(arm.slot(), value.size())) {
        writePayload(bytes, number, arm, value);
        return;
      }
    }
    writeBody(bytes, Shape.WHOLE);
  }

  /** Writes an event with the shape of the last one, if only the same values have changed. */
  private boolean writeLikeLast(byte[] bytes) {
    int slot = shape.slot();
    Value value = event.locateWhole(bytes, shape.arm());
    if (value == null
        || !state.fits(slot, value.size())
        || !layout.match(state.get(slot), bytes, value)) {
      return false;
    }
    writeValues(bytes, layout.values(), shape);
    state.set(slot, bytes, value.start(), value.end());
    layout.move();
    return true;
  }

  /** Writes an event without what its payload has in common with the previous one. */
  private void writePayload(byte[] bytes, int number, Arm arm, Value value) {
    int slot = arm.slot();
    byte[] former = state.get(slot);
    Difference difference = new Difference(payload, former);
    boolean isWhole = event.count == 1 && value.end() == bytes.length;
    if (isWhole && difference.mask() != 0) {
      Changes changes = new Changes(bytes, value, former, arm.message());
      if (!changes.paths().isEmpty()) {
        Shape next = new Shape(number, slot, Format.VALUES, 0, changes.paths());
        writeValues(bytes, changes.values(), next);
        state.set(slot, bytes, value.start(), value.end());
        isLayoutValid =
            !changes.hasMessages() && layout.find(state.get(slot), changes.paths()) == null;
        return;
      }
    }
    int kind = isWhole ? Format.PAYLOAD : Format.EVENT;
    ByteOutput body = new ByteOutput(bytes.length);
    if (!isWhole) {
      body.copy(bytes, 0, value.sizeAt());
      body.varint(value.size() - difference.keptBytes());
    }
    int position = value.start();
    for (int index : difference.kept()) {
      body.copy(bytes, position, payload.starts[index]);
      position = payload.ends[index];
    }
    body.copy(bytes, position, bytes.length);
    writeBody(body.toByteArray(), new Shape(number, slot, kind, difference.mask(), List.of()));
    state.set(slot, bytes, value.start(), value.end());
  }

  /** Writes the values that differ from the previous payload. */
  private void writeValues(byte[] bytes, List<Value> values, Shape next) {
    int last = values.size() - 1;
    ByteOutput body = new ByteOutput(64);
    for (Value value : values.subList(0, last)) {
      body.varint(value.size());
      body.copy(bytes, value.start(), value.end());
    }
    body.copy(bytes, values.get(last).start(), values.get(last).end());
    if (last > 0) {
      writeBody(body.toByteArray(), next);
    } else {
      writeText(body.toByteArray(), next);
    }
  }

  /** Writes the only changed value, or the place of an equal one. */
  private void writeText(byte[] text, Shape next) {
    int place = texts.find(text);
    if (place >= 0) {
      head((long) place * Format.HEAD_FACTOR + Format.TEXT_FLAG, next, List.of());
      history.add(text, 0, text.length);
      return;
    }
    texts.add(text);
    writeBody(text, next);
  }

  /** Writes the head and the shape of an event, and its body without the parts that are copied. */
  private void writeBody(byte[] body, Shape next) {
    List<Part> parts = copies.find(body);
    head((body.length - Part.copied(parts) + 1) * Format.HEAD_FACTOR, next, parts);
    int from = 0;
    for (Part part : parts) {
      block.copy(body, from, from + part.gap());
      history.add(body, from, from + part.gap());
      from += part.gap() + part.length();
    }
    block.copy(body, from, body.length);
    history.add(body, from, body.length);
  }

  /**
   * Writes the head of an event, and its shape if parts are copied or it differs from that of the
   * last event.
   */
  private void head(long head, Shape next, List<Part> parts) {
    if (parts.isEmpty() && next.equals(shape)) {
      block.varint(head);
      return;
    }
    block.varint(head + Format.SHAPE_FLAG);
    next.write(block, !parts.isEmpty());
    shape = next;
    if (!parts.isEmpty()) {
      block.varint(parts.size());
    }
    for (Part part : parts) {
      block.varint(part.gap());
      block.varint(part.length());
      block.varint(part.distance());
    }
  }

  private static void checkNumber(long number, long least) {
    if (number < least || number > Format.LARGEST_NUMBER) {
      throw new IllegalArgumentException(
          "the number of an event is "
              + number
              + "; it must be at least "
              + least
              + " and at most 2^53 - 1");
    }
  }

  /** The options of a writer. */
  public static final class Builder {
    private final Descriptor message;
    private StreamEncoding encoding = StreamEncoding.IDENTITY;
    private long firstNumber = 1;
    private int maxStateBytes = Format.DEFAULT_STATE_BYTES;

    private Builder(Descriptor message) {
      this.message = message;
    }

    /** How the stream is compressed; {@link StreamEncoding#IDENTITY} by default. */
    public Builder encoding(StreamEncoding encoding) {
      this.encoding = encoding;
      return this;
    }

    /** Number of the first event: 0 to 2^53 - 1; default 1. */
    public Builder firstNumber(long number) {
      checkNumber(number, 0);
      firstNumber = number;
      return this;
    }

    /**
     * Maximum size of the payloads to remember, in bytes, with 64 for each type of payload; default
     * 1 MiB. Must not be larger than that of the readers. A payload that is too large is not
     * remembered.
     */
    public Builder maxStateBytes(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("maxStateBytes is at least 0, not " + bytes);
      }
      maxStateBytes = bytes;
      return this;
    }

    /**
     * Returns a writer to an output.
     *
     * @throws IOException if the output fails
     * @throws UnsupportedOperationException if the library of the encoding is not available
     */
    public StreamWriter open(OutputStream output) throws IOException {
      return new StreamWriter(output, this);
    }
  }
}
