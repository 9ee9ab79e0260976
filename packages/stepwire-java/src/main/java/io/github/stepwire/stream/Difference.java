package io.github.stepwire.stream;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.ArrayList;
import java.util.List;

/** What a payload has in common with the previous one. */
final class Difference {
  /** The fields that equal those of the previous payload: a bit for each index there. */
  private long mask;

  /** Indexes of these fields in the new payload, and the number of their bytes. */
  private final List<Integer> equal = new ArrayList<>();

  private int equalBytes;

  /** The steps to the only changed value, and the value; empty and null if more has changed. */
  private final List<Long> steps = new ArrayList<>();

  private Value value;

  /** Compares a payload of an event with the previous one, if there is one. */
  Difference(byte[] event, Value payload, Fields fields, byte[] former, Descriptor message) {
    Fields before = new Fields();
    if (former == null || !before.read(former, 0, former.length)) {
      return;
    }
    findEqual(fields, before);
    if (before.count == fields.count && equal.size() == fields.count - 1) {
      Fields now = new Fields();
      now.read(event, payload.start(), payload.end());
      enter(event, now, former, before, message);
    }
  }

  long mask() {
    return mask;
  }

  List<Integer> equal() {
    return equal;
  }

  int equalBytes() {
    return equalBytes;
  }

  List<Long> steps() {
    return steps;
  }

  Value value() {
    return value;
  }

  private void findEqual(Fields now, Fields before) {
    for (int index = 0; index < before.count; index++) {
      int same = now.indexOf(before.numbers[index]);
      if (same >= 0 && now.isEqual(same, before, index)) {
        mask |= 1L << index;
        equal.add(same);
        equalBytes += now.ends[same] - now.starts[same];
      }
    }
  }

  /** Follows the only changed field, as far as only one field in it has changed. */
  private void enter(byte[] event, Fields now, byte[] former, Fields before, Descriptor root) {
    Descriptor message = root;
    while (message != null && steps.size() < Format.MAXIMUM_STEPS) {
      int index = onlyChange(now, before);
      Value inner = index < 0 ? null : now.locate(index);
      Value other = index < 0 ? null : before.locate(index);
      if (inner == null || other == null) {
        return;
      }
      steps.add((long) index);
      value = inner;
      message = Arm.child(message, now.numbers[index]);
      if (message != null
          && !(now.read(event, inner.start(), inner.end())
              && before.read(former, other.start(), other.end()))) {
        return;
      }
    }
  }

  /**
   * Returns the index of the only field that differs. Returns -1 if there are several, or if the
   * messages have different fields.
   */
  private static int onlyChange(Fields now, Fields before) {
    int only = -1;
    for (int index = 0; index < now.count; index++) {
      if (index < before.count && now.isEqual(index, before, index)) {
        continue;
      }
      if (only >= 0 || now.numbers[index] != before.numbers[index]) {
        return -1;
      }
      only = index;
    }
    return now.count == before.count ? only : -1;
  }
}
