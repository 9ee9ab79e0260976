package io.github.stepwire.stream;

/** Constants of the stream format. */
final class Format {
  /** The first bytes of a stream. The first byte is not ASCII, so no text starts like this. */
  static final int[] MAGIC = {0x89, 0x53, 0x57};

  /** The version that is written, and the newest that is read. */
  static final int VERSION = 1;

  /** The head of a control record, and the codes of control records. */
  static final int CONTROL_HEAD = 0;

  static final int END = 0;
  static final int JUMP = 1;
  static final int ALIVE = 2;
  static final int FAILURE = 3;

  /** Flags of a form: only a value changed; the number of the slot follows. */
  static final int VALUE_FLAG = 1;

  static final int SLOT_FLAG = 2;

  /** A form has two flags, and a number multiplied by this. */
  static final int FORM_FACTOR = 4;

  /** The largest varint, and the largest number of an event. */
  static final long LARGEST_NUMBER = (1L << 53) - 1;

  /** Maximum number of bytes of a varint. */
  static final int VARINT_BYTES = 8;

  /** Maximum number of fields of a message whose fields are left out or entered. */
  static final int MAXIMUM_FIELDS = 48;

  /** Maximum number of steps to a changed value. */
  static final int MAXIMUM_STEPS = 16;

  /** Field numbers of Protobuf messages, and the numbers of slots, are less than this. */
  static final int FIELD_NUMBERS = 1 << 29;

  /** Size of the state for one slot in addition to its payload, in bytes. */
  static final int SLOT_BYTES = 64;

  static final int DEFAULT_STATE_BYTES = 1 << 20;

  private Format() {}

  /** Returns the size of the shortest varint. */
  static int varintSize(long value) {
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  /** Returns the tag of a length-delimited record. */
  static long valueTag(int number) {
    return (long) number << 3 | 2;
  }
}
