package io.github.stepwire.stream;

/** Restores events from what was written and from the previous payloads. */
final class Restorer {
  private static final byte[] NOTHING = {};

  private final int maxEventBytes;
  private final State state;
  private final Fields event = new Fields();
  private final Fields payload = new Fields();
  private final Fields former = new Fields();
  private final Layout layout = new Layout();

  /** Where the payload of the restored event starts and ends. */
  private int payloadStart;

  private int payloadEnd;

  Restorer(int maxEventBytes, int maxStateBytes) {
    this.maxEventBytes = maxEventBytes;
    state = new State(maxStateBytes);
  }

  /** Forgets all payloads. */
  void clear() {
    state.clear();
  }

  /**
   * Restores an event from its body.
   *
   * @param isNew whether the shape was given with this event
   */
  byte[] restore(Shape shape, boolean isNew, byte[] body) throws Refusal {
    if (shape.arm() == 0) {
      return body;
    }
    byte[] before = state.get(shape.slot());
    if (before == null && (shape.isValues() || shape.mask() != 0)) {
      String expected = "a previous payload in slot " + shape.slot();
      throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, "none");
    }
    before = before == null ? NOTHING : before;
    byte[] restored;
    if (shape.isValues()) {
      if (isNew) {
        findPlaces(shape, before);
      }
      restored = restoreValues(shape, before, body);
    } else {
      restored = restoreFields(shape, before, body);
    }
    state.set(shape.slot(), restored, payloadStart, payloadEnd);
    return restored;
  }

  /** Inserts the fields that were kept. */
  private byte[] restoreFields(Shape shape, byte[] before, byte[] body) throws Refusal {
    Value value = findPayload(shape, body);
    former.read(before, 0, before.length);
    long size = value.size() + checkKeptFields(shape.mask());
    ByteOutput head = new ByteOutput(16);
    if (shape.kind() == Format.PAYLOAD) {
      head.varint(Format.valueTag(shape.arm()));
    } else {
      head.copy(body, 0, value.sizeAt());
    }
    head.varint(size);
    ByteOutput output = allocate(head.size() + size + body.length - value.end());
    checkState(shape.slot(), size);
    output.copy(head.toByteArray(), 0, head.size());
    int index = 0;
    int from = value.start();
    for (int kept = 0; kept < former.count; kept++) {
      if ((shape.mask() >> kept & 1) == 1) {
        continue;
      }
      while (index < payload.count && payload.numbers[index] < former.numbers[kept]) {
        index++;
      }
      int until = index < payload.count ? payload.starts[index] : value.end();
      output.copy(body, from, until);
      output.copy(before, former.starts[kept], former.ends[kept]);
      from = until;
    }
    output.copy(body, from, body.length);
    payloadStart = head.size();
    payloadEnd = payloadStart + (int) size;
    return output.toByteArray();
  }

  private Value findPayload(Shape shape, byte[] body) throws Refusal {
    Value value = new Value(0, 0, body.length);
    if (shape.kind() == Format.EVENT) {
      int index = event.read(body, 0, body.length) ? event.indexOf(shape.arm()) : -1;
      value = index < 0 ? null : event.locate(index);
    }
    if (value == null || !payload.read(body, value.start(), value.end())) {
      String expected =
          "an event with a payload in field " + shape.arm() + ", and fields in ascending order";
      throw new Refusal(StreamErrorCode.MALFORMED, expected, "other bytes");
    }
    return value;
  }

  /** Checks the fields that were kept, and returns the number of their bytes. */
  private long checkKeptFields(long mask) throws Refusal {
    long size = 0;
    int count = payload.count;
    for (int kept = 0; kept < former.count; kept++) {
      if ((mask >> kept & 1) == 1) {
        continue;
      }
      int number = former.numbers[kept];
      if (payload.indexOf(number) >= 0) {
        String expected = "no field " + number + ", which is kept";
        throw new Refusal(StreamErrorCode.MALFORMED, expected, "this field");
      }
      size += former.ends[kept] - former.starts[kept];
      count++;
    }
    if (mask >> former.count != 0) {
      String expected = "a mask of the fields of the previous payload";
      String found = "a payload with " + former.count + " fields";
      throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, found);
    }
    if (count > Format.MAXIMUM_FIELDS) {
      String expected = "at most " + Format.MAXIMUM_FIELDS + " fields in a payload";
      throw new Refusal(StreamErrorCode.MALFORMED, expected, "more");
    }
    return size;
  }

  /** Finds the places of the changed values in the previous payload. */
  private void findPlaces(Shape shape, byte[] before) throws Refusal {
    StreamErrorCode problem = layout.find(before, shape.paths());
    if (problem == StreamErrorCode.MALFORMED) {
      throw new Refusal(problem, "paths in ascending order", "another path");
    }
    if (problem != null) {
      String expected = "steps to length-delimited fields of the previous payload";
      throw new Refusal(problem, expected, "another step");
    }
  }

  /** Replaces values of the previous payload. */
  private byte[] restoreValues(Shape shape, byte[] before, byte[] body) throws Refusal {
    if (!layout.split(body)) {
      String expected = layout.count() + " values in the body";
      throw new Refusal(StreamErrorCode.MALFORMED, expected, "the end of the body");
    }
    long size = before.length + layout.resize();
    long tag = Format.valueTag(shape.arm());
    int head = Format.varintSize(tag) + Format.varintSize(size);
    ByteOutput output = allocate(head + size);
    checkState(shape.slot(), size);
    output.varint(tag);
    output.varint(size);
    layout.write(before, body, output);
    layout.move();
    payloadStart = head;
    payloadEnd = head + (int) size;
    return output.toByteArray();
  }

  private void checkState(int slot, long size) throws Refusal {
    if (!state.fits(slot, size)) {
      String expected = "payloads to remember of at most " + state.limit() + " bytes";
      String found = "another payload of " + size + " bytes";
      throw new Refusal(StreamErrorCode.STATE_TOO_LARGE, expected, found);
    }
  }

  private ByteOutput allocate(long size) throws Refusal {
    if (size > maxEventBytes) {
      String expected = "an event of at most " + maxEventBytes + " bytes";
      throw new Refusal(StreamErrorCode.TOO_LARGE, expected, size + " bytes");
    }
    return new ByteOutput((int) size);
  }
}
