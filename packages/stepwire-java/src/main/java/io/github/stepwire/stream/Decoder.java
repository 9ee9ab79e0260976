package io.github.stepwire.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Reads the records of a stream from chunks of any size. */
final class Decoder {
  private static final byte[] NOTHING = {};

  private final ReadLimits limits;
  private final Restorer restorer;
  private Shape shape = Shape.WHOLE;
  private final History history = new History();
  private final Texts texts = new Texts();

  /** The parts of the body that are copied. */
  private final List<Part> copies = new ArrayList<>();

  /** The bytes that have arrived, up to the limit; those before {@code consumed} are read. */
  private byte[] input = NOTHING;

  private int consumed;
  private int limit;

  /** Where a record is read. */
  private int position;

  /** Offset in the stream, and number of the next event, at {@code consumed}. */
  private long offset;

  private long next;
  private boolean hasHeader;
  private boolean isEnded;

  /** Size of the input before and after decompression, and of all events. */
  private long read;

  private long decompressed;
  private long restored;

  Decoder(ReadLimits limits, long firstNumber) {
    this.limits = limits;
    next = firstNumber;
    restorer = new Restorer(limits.maxEventBytes(), limits.maxStateBytes());
  }

  /**
   * Adds a chunk.
   *
   * @param read size of all input so far, before decompression
   */
  void push(byte[] chunk, int size, long read) {
    this.read = read;
    decompressed += size;
    try {
      checkExpansion(decompressed);
    } catch (Refusal refusal) {
      throw stop(refusal);
    }
    int rest = limit - consumed;
    if (rest + size > input.length) {
      // The capacity doubles, so that a large event in many chunks is rarely copied.
      byte[] larger = new byte[Math.max(rest + size, Math.min(2 * rest, limits.maxEventBytes()))];
      System.arraycopy(input, consumed, larger, 0, rest);
      input = larger;
    } else {
      System.arraycopy(input, consumed, input, 0, rest);
    }
    System.arraycopy(chunk, 0, input, rest, size);
    consumed = 0;
    limit = rest + size;
  }

  /** Returns the next event; null if more input is needed or the stream has ended. */
  NumberedEvent next() {
    try {
      for (; ; ) {
        long record = offset;
        NumberedEvent event = record();
        if (event != null || record == offset) {
          return event;
        }
      }
    } catch (CutOff reason) {
      return null;
    } catch (Refusal refusal) {
      throw stop(refusal);
    }
  }

  /** Checks that the stream is complete. */
  void finish() {
    if (!isEnded) {
      int rest = limit - consumed;
      String within = rest > 0 ? " within a record, after " + rest + " bytes of it" : "";
      throw stop(
          new Refusal(StreamErrorCode.CUT_OFF, "the end mark", "the end of the input" + within));
    }
  }

  /** Frees the memory, and returns the exception with its place. */
  StreamFormatException stop(Refusal refusal) {
    clear();
    return new StreamFormatException(refusal.code, offset, next, refusal.expected, refusal.found);
  }

  private void clear() {
    input = NOTHING;
    consumed = 0;
    limit = 0;
    restorer.clear();
    history.clear();
  }

  /** Reads a record. Returns its event, or null if it has none or if the stream has ended. */
  private NumberedEvent record() throws Refusal, CutOff {
    position = consumed;
    if (isEnded) {
      if (position < limit) {
        String expected = "the end of the input after the end mark";
        throw new Refusal(StreamErrorCode.TRAILING_BYTES, expected, "more bytes");
      }
      return null;
    }
    if (!hasHeader) {
      readHeader();
      hasHeader = true;
      return consume(null);
    }
    long head = number();
    if (head == Format.CONTROL_HEAD) {
      readControl();
      return consume(null);
    }
    boolean hasShape = (head & Format.SHAPE_FLAG) != 0;
    copies.clear();
    if (hasShape) {
      readShape();
    }
    long number = head / Format.HEAD_FACTOR;
    byte[] body = (head & Format.TEXT_FLAG) != 0 ? takeText(number) : takeBody(number);
    byte[] bytes = restorer.restore(shape, hasShape, body);
    restored += bytes.length;
    checkExpansion(restored);
    return consume(new NumberedEvent(next++, bytes));
  }

  /** Returns the text in a place, which is the body of the event. */
  private byte[] takeText(long place) throws Refusal {
    if (!hasOneValue() || !copies.isEmpty()) {
      throw malformed("a text as the only value of an event", "another shape");
    }
    byte[] text = texts.get(place);
    if (text == null) {
      String expected = "a text with the number " + place;
      throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, "none");
    }
    history.add(text, 0, text.length);
    return text;
  }

  /** Returns the body of the event, from its size + 1. */
  private byte[] takeBody(long number) throws Refusal, CutOff {
    if (number == 0) {
      throw malformed("a control record or a size", "a head without a size");
    }
    checkSize(number - 1 + Part.copied(copies), "an event");
    int size = (int) (number - 1);
    long before = copies.stream().mapToLong(Part::gap).sum();
    if (before > size) {
      throw malformed("a body of at least " + before + " bytes", size + " bytes");
    }
    need(size);
    int end = position + size;
    ByteOutput body = new ByteOutput(size + (int) Part.copied(copies));
    int from = position;
    for (Part part : copies) {
      body.copy(input, from, from + part.gap());
      history.copy(part.distance(), part.length(), body);
      from += part.gap();
    }
    body.copy(input, from, end);
    byte[] bytes = body.toByteArray();
    if (hasOneValue()) {
      texts.add(bytes);
    }
    history.add(input, position, end);
    position = end;
    return bytes;
  }

  private boolean hasOneValue() {
    return shape.isValues() && shape.paths().size() == 1;
  }

  private NumberedEvent consume(NumberedEvent event) {
    offset += position - consumed;
    consumed = position;
    return event;
  }

  private void readHeader() throws Refusal, CutOff {
    for (int index = 0; index < Format.MAGIC.length && index < limit - position; index++) {
      if ((input[position + index] & 0xff) != Format.MAGIC[index]) {
        throw new Refusal(StreamErrorCode.BAD_MAGIC, "the bytes 89 53 57", describeStart());
      }
    }
    need(Format.MAGIC.length);
    position += Format.MAGIC.length;
    long version = number();
    if (version > Format.VERSION) {
      String expected = "version " + Format.VERSION + " of the format";
      throw new Refusal(StreamErrorCode.NEWER_VERSION, expected, "version " + version);
    }
    if (version == 0) {
      throw malformed("a version", "0");
    }
    setNumber(number());
  }

  private void readControl() throws Refusal, CutOff {
    long code = number();
    if (code == Format.END) {
      isEnded = true;
      restorer.clear();
      history.clear();
    } else if (code == Format.JUMP) {
      setNumber(number());
    } else if (code == Format.FAILURE) {
      int size = checkSize(number(), "the description of a failure");
      need(size);
      byte[] detail = Arrays.copyOfRange(input, position, position + size);
      clear();
      throw new StreamFailureException(detail);
    } else if (code != Format.ALIVE) {
      throw malformed("a control record", "the code " + code);
    }
  }

  /** Reads a shape, and which parts of the body are copied. */
  private void readShape() throws Refusal, CutOff {
    long first = number();
    long arm = first / Format.ARM_FACTOR;
    shape = arm == 0 ? Shape.WHOLE : readForm(arm);
    if (first % Format.ARM_FACTOR == 1) {
      readCopies();
    }
  }

  private Shape readForm(long arm) throws Refusal, CutOff {
    long form = number();
    long slot = (form & Format.SLOT_FLAG) == 0 ? arm : number();
    if (arm >= Format.FIELD_NUMBERS || slot >= Format.FIELD_NUMBERS) {
      throw malformed("a field number", Long.toString(Math.max(arm, slot)));
    }
    long content = form / Format.FORM_FACTOR;
    int kind = (int) form % Format.KINDS;
    if (kind == Format.VALUES) {
      return new Shape((int) arm, (int) slot, kind, 0, readPaths(content));
    }
    if (kind != Format.EVENT && kind != Format.PAYLOAD) {
      throw malformed("a kind of shape", Integer.toString(kind));
    }
    if (content >> Format.MAXIMUM_FIELDS != 0) {
      throw malformed("a mask of " + Format.MAXIMUM_FIELDS + " fields", "a larger one");
    }
    return new Shape((int) arm, (int) slot, kind, content, List.of());
  }

  private List<Long> readPaths(long count) throws Refusal, CutOff {
    if (count < 1 || count > Format.MAXIMUM_VALUES) {
      throw malformed("1 to " + Format.MAXIMUM_VALUES + " changed values", Long.toString(count));
    }
    List<Long> paths = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      paths.add(number());
    }
    return paths;
  }

  private void readCopies() throws Refusal, CutOff {
    long count = number();
    if (count < 1 || count > Format.MAXIMUM_COPIES) {
      throw malformed("1 to " + Format.MAXIMUM_COPIES + " copies", Long.toString(count));
    }
    for (int index = 0; index < count; index++) {
      long gap = number();
      long length = number();
      long distance = number();
      if (length < 1) {
        throw malformed("a copy of at least one byte", "an empty copy");
      }
      if (distance > history.size() || length > distance) {
        String expected = "a copy from the last " + history.size() + " bytes";
        String found = length + " bytes that start " + distance + " back";
        throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, found);
      }
      int most = (int) Math.min(gap, Integer.MAX_VALUE);
      copies.add(new Part(most, (int) length, (int) distance));
      checkSize(Part.copied(copies), "an event");
    }
  }

  /** Reads a varint. */
  private long number() throws Refusal, CutOff {
    long value = 0;
    for (int index = 0; index < Format.VARINT_BYTES; index++) {
      need(1);
      byte part = input[position++];
      value |= (long) (part & 0x7f) << 7 * index;
      if (part >= 0) {
        if (value <= Format.LARGEST_NUMBER) {
          return value;
        }
        break;
      }
    }
    throw malformed("a varint of up to 2^53 - 1", "a larger one");
  }

  private void setNumber(long number) throws Refusal {
    if (number < next) {
      String expected = "an event number of at least " + next;
      throw new Refusal(StreamErrorCode.NUMBER_ORDER, expected, Long.toString(number));
    }
    next = number;
  }

  private int checkSize(long size, String what) throws Refusal {
    if (size > limits.maxEventBytes()) {
      String expected = what + " of at most " + limits.maxEventBytes() + " bytes";
      throw new Refusal(StreamErrorCode.TOO_LARGE, expected, size + " bytes");
    }
    return (int) size;
  }

  private void checkExpansion(long size) throws Refusal {
    long most = limits.maxBlockBytes() + limits.maxExpansion() * read;
    if (size > most) {
      String expected = "at most " + most + " bytes from " + read + " bytes of input";
      throw new Refusal(StreamErrorCode.EXPANDS_TOO_MUCH, expected, size + " bytes");
    }
  }

  private void need(int size) throws CutOff {
    if (size > limit - position) {
      throw CutOff.INSTANCE;
    }
  }

  private static Refusal malformed(String expected, String found) {
    return new Refusal(StreamErrorCode.MALFORMED, expected, found);
  }

  /** Returns what a stream starts with, if that is known. */
  private String describeStart() {
    int end = Math.min(limit, position + 4);
    String hex = HexFormat.ofDelimiter(" ").formatHex(input, position, end);
    if (hex.startsWith("1f 8b")) {
      return hex + ", which is gzip";
    }
    return hex.equals("28 b5 2f fd") ? hex + ", which is zstd" : hex;
  }

  /** The record is not complete. It has no stack, because it is thrown for each chunk. */
  private static final class CutOff extends Exception {
    private static final long serialVersionUID = 1;
    static final CutOff INSTANCE = new CutOff();

    private CutOff() {
      super(null, null, false, false);
    }
  }
}
