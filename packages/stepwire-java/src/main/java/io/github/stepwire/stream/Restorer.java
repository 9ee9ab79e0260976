package io.github.stepwire.stream;

import java.util.Arrays;

/** Restores events from what was written and from the previous payloads. */
final class Restorer {
  private static final byte[] NOTHING = {};

  private final int maxEventBytes;
  private final State state;
  private final Fields event = new Fields();
  private final Fields payload = new Fields();
  private final Fields former = new Fields();

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

  /** Restores an event from its body, which is in the bytes from {@code start} to {@code end}. */
  byte[] restore(Shape shape, byte[] bytes, int start, int end) throws Refusal {
    byte[] body = Arrays.copyOfRange(bytes, start, end);
    if (shape.arm() == 0) {
      return body;
    }
    byte[] before = state.get(shape.slot());
    if (before == null && (shape.isValue() || shape.mask() != 0)) {
      String expected = "a previous payload in slot " + shape.slot();
      throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, "none");
    }
    before = before == null ? NOTHING : before;
    former.read(before, 0, before.length);
    byte[] restored =
        shape.isValue() ? restoreValue(shape, before, body) : restoreFields(shape, before, body);
    state.set(shape.slot(), restored, payloadStart, payloadEnd);
    return restored;
  }

  /** Inserts the fields that were left out. */
  private byte[] restoreFields(Shape shape, byte[] before, byte[] body) throws Refusal {
    Value value = findPayload(shape.arm(), body);
    long size = value.size() + checkLeftFields(shape.mask());
    int sizeAt = value.sizeAt();
    int head = sizeAt + Format.varintSize(size);
    ByteOutput output = allocate(head + size + body.length - value.end());
    checkState(shape.slot(), size);
    output.copy(body, 0, sizeAt);
    output.varint(size);
    int index = 0;
    int from = value.start();
    for (int left = 0; left < former.count; left++) {
      if ((shape.mask() >> left & 1) == 0) {
        continue;
      }
      while (index < payload.count && payload.numbers[index] < former.numbers[left]) {
        index++;
      }
      int until = index < payload.count ? payload.starts[index] : value.end();
      output.copy(body, from, until);
      output.copy(before, former.starts[left], former.ends[left]);
      from = until;
    }
    output.copy(body, from, body.length);
    payloadStart = head;
    payloadEnd = head + (int) size;
    return output.toByteArray();
  }

  private Value findPayload(int arm, byte[] body) throws Refusal {
    int index = event.read(body, 0, body.length) ? event.indexOf(arm) : -1;
    Value value = index < 0 ? null : event.locate(index);
    if (value == null || !payload.read(body, value.start(), value.end())) {
      String expected =
          "an event with a payload in field " + arm + ", and fields in ascending order";
      throw new Refusal(StreamErrorCode.MALFORMED, expected, "other bytes");
    }
    return value;
  }

  /** Checks the fields that were left out, and returns the number of their bytes. */
  private long checkLeftFields(long mask) throws Refusal {
    long size = 0;
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      int left = Long.numberOfTrailingZeros(rest);
      checkReference(left);
      int number = former.numbers[left];
      if (payload.indexOf(number) >= 0) {
        String expected = "no field " + number + ", which is left out";
        throw new Refusal(StreamErrorCode.MALFORMED, expected, "this field");
      }
      size += former.ends[left] - former.starts[left];
    }
    if (payload.count + Long.bitCount(mask) > Format.MAXIMUM_FIELDS) {
      String expected = "at most " + Format.MAXIMUM_FIELDS + " fields in a payload";
      throw new Refusal(StreamErrorCode.MALFORMED, expected, "more");
    }
    return size;
  }

  /** Replaces one value of the previous payload. */
  private byte[] restoreValue(Shape shape, byte[] before, byte[] body) throws Refusal {
    int count = shape.steps().size();
    Value[] steps = new Value[count];
    for (int depth = 0; depth < count; depth++) {
      boolean isLast = depth == count - 1;
      long index = shape.steps().get(depth);
      checkReference(index);
      Value step = former.locate((int) index);
      if (step == null || !(isLast || former.read(before, step.start(), step.end()))) {
        String kind = isLast ? "length-delimited field" : "message";
        String expected = "a " + kind + " at step " + (depth + 1);
        throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, "another field");
      }
      steps[depth] = step;
    }
    long[] sizes = new long[count];
    long size = body.length;
    for (int depth = count - 1; depth >= 0; depth--) {
      sizes[depth] = size;
      int start = depth == 0 ? 0 : steps[depth - 1].start();
      int end = depth == 0 ? before.length : steps[depth - 1].end();
      Value inner = steps[depth];
      size += Format.varintSize(size) + inner.sizeAt() - start + end - inner.end();
    }
    long tag = Format.valueTag(shape.arm());
    int head = Format.varintSize(tag) + Format.varintSize(size);
    ByteOutput output = allocate(head + size);
    checkState(shape.slot(), size);
    output.varint(tag);
    output.varint(size);
    int from = 0;
    for (int depth = 0; depth < count; depth++) {
      output.copy(before, from, steps[depth].sizeAt());
      output.varint(sizes[depth]);
      from = steps[depth].start();
    }
    output.copy(body, 0, body.length);
    output.copy(before, steps[count - 1].end(), before.length);
    payloadStart = head;
    payloadEnd = head + (int) size;
    return output.toByteArray();
  }

  private void checkReference(long index) throws Refusal {
    if (index >= former.count) {
      String expected = "field " + (index + 1) + " of a message in the previous payload";
      String found = "a message with " + former.count + " fields";
      throw new Refusal(StreamErrorCode.MISSING_REFERENCE, expected, found);
    }
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
