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

  /** Flags of a head: the body is a text, of which the place is given; a shape follows. */
  static final int TEXT_FLAG = 1;

  static final int SHAPE_FLAG = 2;

  /** A head has two flags, and the size of the body + 1 or the place of a text times this. */
  static final int HEAD_FACTOR = 4;

  /**
   * The first number of a shape has a flag for copied parts of the body, and the arm times this.
   */
  static final int ARM_FACTOR = 2;

  /** Kinds of a form: what the body is. */
  static final int EVENT = 0;

  static final int VALUES = 1;
  static final int PAYLOAD = 2;
  static final int KINDS = 4;

  /** Flag of a form: the number of the slot follows. */
  static final int SLOT_FLAG = 4;

  /** A form has a kind, a flag, and a number multiplied by this. */
  static final int FORM_FACTOR = 8;

  /** The largest varint, and the largest number of an event. */
  static final long LARGEST_NUMBER = (1L << 53) - 1;

  /** Maximum number of bytes of a varint. */
  static final int VARINT_BYTES = 8;

  /** Maximum number of fields of a message whose fields are left out or entered. */
  static final int MAXIMUM_FIELDS = 48;

  /** Maximum number of steps to a changed value. */
  static final int MAXIMUM_STEPS = 8;

  /** Maximum number of changed values. */
  static final int MAXIMUM_VALUES = 8;

  /** Maximum number of parts of a body that are copied. */
  static final int MAXIMUM_COPIES = 256;

  /** Size of the end of all earlier bodies from which parts can be copied, in bytes. */
  static final int HISTORY_BYTES = 16 * 1024;

  /** Number of texts that are remembered, and their maximum size in bytes. */
  static final int TEXTS = 32;

  static final int TEXT_BYTES = 16;

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
