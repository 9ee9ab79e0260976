package io.github.stepwire.stream;

import java.util.Arrays;

/**
 * The fields of a message, found without its schema. Records with the same number that follow each
 * other are one field.
 */
final class Fields {
  /** Maximum sizes of varints in a message: of a tag, of a size, and of a value. */
  private static final int TAG_BYTES = 5;

  private static final int SIZE_BYTES = 7;
  private static final int VALUE_BYTES = 10;

  private static final long LARGEST_TAG = 0xffffffffL;

  int count;
  final int[] numbers = new int[Format.MAXIMUM_FIELDS + 1];

  /** Offsets of the first byte of each field, and of the byte after it. */
  final int[] starts = new int[Format.MAXIMUM_FIELDS + 1];

  final int[] ends = new int[Format.MAXIMUM_FIELDS + 1];

  private byte[] bytes = {};
  private int position;
  private int limit;

  /**
   * Finds the fields of a message. Returns false if a field is malformed or a group, if the fields
   * are not in ascending order of their numbers, or if there are too many.
   */
  boolean read(byte[] message, int start, int end) {
    count = 0;
    bytes = message;
    position = start;
    limit = end;
    int previous = 1;
    while (position < end) {
      int from = position;
      long tag = varint(TAG_BYTES);
      int number = (int) (tag >> 3);
      if (tag < 0 || tag > LARGEST_TAG || number < previous || !skip((int) tag & 7)) {
        return false;
      }
      add(number, from);
      previous = number;
      if (count > Format.MAXIMUM_FIELDS) {
        return false;
      }
    }
    return true;
  }

  /** Returns the index of a field, or -1. */
  int indexOf(int number) {
    for (int index = 0; index < count; index++) {
      if (numbers[index] == number) {
        return index;
      }
    }
    return -1;
  }

  /** Returns whether a field equals one of another message, number and bytes. */
  boolean isEqual(int index, Fields other, int otherIndex) {
    return numbers[index] == other.numbers[otherIndex]
        && Arrays.equals(
            bytes,
            starts[index],
            ends[index],
            other.bytes,
            other.starts[otherIndex],
            other.ends[otherIndex]);
  }

  /**
   * Finds the value of a field. Returns null unless the field is one length-delimited record, whose
   * tag and size have no unnecessary bytes.
   */
  Value locate(int index) {
    int end = ends[index];
    position = starts[index];
    limit = end;
    long tag = varint(TAG_BYTES);
    int sizeAt = position;
    if (tag != Format.valueTag(numbers[index])
        || sizeAt - starts[index] != Format.varintSize(tag)) {
      return null;
    }
    long size = varint(SIZE_BYTES);
    boolean isOneRecord = size == end - position;
    return isOneRecord && position - sizeAt == Format.varintSize(size)
        ? new Value(sizeAt, position, end)
        : null;
  }

  /** Finds the value of a field that is the whole message. Returns null as {@link #locate} does. */
  Value locateWhole(byte[] message, int number) {
    bytes = message;
    numbers[0] = number;
    starts[0] = 0;
    ends[0] = message.length;
    return locate(0);
  }

  /** Begins to read sizes at a position. */
  void start(byte[] message, int start, int end) {
    bytes = message;
    position = start;
    limit = end;
  }

  /** Reads a size. Returns -1 if it is cut off or too long. */
  long size() {
    return varint(SIZE_BYTES);
  }

  int position() {
    return position;
  }

  private void add(int number, int start) {
    if (count > 0 && numbers[count - 1] == number) {
      ends[count - 1] = position;
      return;
    }
    numbers[count] = number;
    starts[count] = start;
    ends[count] = position;
    count++;
  }

  private boolean skip(int type) {
    switch (type) {
      case 0:
        return skipVarint();
      case 1:
        return skipBytes(8);
      case 2:
        long size = varint(SIZE_BYTES);
        return size >= 0 && skipBytes(size);
      case 5:
        return skipBytes(4);
      default:
        return false;
    }
  }

  private boolean skipBytes(long size) {
    if (size > limit - position) {
      return false;
    }
    position += (int) size;
    return true;
  }

  private boolean skipVarint() {
    int last = position + VALUE_BYTES - 1;
    int end = Math.min(limit, last + 1);
    while (position < end) {
      int at = position++;
      if (bytes[at] >= 0) {
        // Only one bit of the last byte fits into 64 bits.
        return at < last || bytes[at] <= 1;
      }
    }
    return false;
  }

  /** Reads a varint. Returns -1 if it is cut off or too long. */
  private long varint(int most) {
    long value = 0;
    int end = Math.min(limit, position + most);
    for (int shift = 0; position < end; shift += 7) {
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }
}
