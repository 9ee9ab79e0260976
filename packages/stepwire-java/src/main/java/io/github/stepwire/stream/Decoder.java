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
    if (head == 1) {
      throw malformed("a control record or a size", "the head 1");
    }
    int size = checkSize(head / 2 - 1, "an event");
    if (head % 2 == 1) {
      shape = readShape();
    }
    need(size);
    byte[] bytes = restorer.restore(shape, input, position, position + size);
    restored += bytes.length;
    checkExpansion(restored);
    position += size;
    return consume(new NumberedEvent(next++, bytes));
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

  private Shape readShape() throws Refusal, CutOff {
    long arm = number();
    if (arm == 0) {
      return Shape.WHOLE;
    }
    long form = number();
    long slot = (form & Format.SLOT_FLAG) == 0 ? arm : number();
    if (arm >= Format.FIELD_NUMBERS || slot >= Format.FIELD_NUMBERS) {
      throw malformed("a field number", Long.toString(Math.max(arm, slot)));
    }
    long content = form / Format.FORM_FACTOR;
    if ((form & Format.VALUE_FLAG) == 0) {
      if (content >> Format.MAXIMUM_FIELDS != 0) {
        throw malformed("a mask of " + Format.MAXIMUM_FIELDS + " fields", "a larger one");
      }
      return new Shape((int) arm, (int) slot, content, List.of());
    }
    if (content < 1 || content > Format.MAXIMUM_STEPS) {
      throw malformed("1 to " + Format.MAXIMUM_STEPS + " steps to a value", Long.toString(content));
    }
    List<Long> steps = new ArrayList<>();
    for (int step = 0; step < content; step++) {
      steps.add(number());
    }
    return new Shape((int) arm, (int) slot, 0, steps);
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
