package io.github.stepwire.stream;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The values of a payload that changed. */
final class Changes {
  private final byte[] event;
  private final byte[] former;
  private final List<Long> paths = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Integer> steps = new ArrayList<>();
  private boolean hasMessages;

  /** Finds the changed values of a payload. There are none if they cannot be written alone. */
  Changes(byte[] event, Value payload, byte[] former, Descriptor message) {
    this.event = event;
    this.former = former;
    if (!enter(payload, new Value(0, 0, former.length), message)) {
      clear(0);
    }
  }

  List<Long> paths() {
    return paths;
  }

  /** Where the values are in the event. */
  List<Value> values() {
    return values;
  }

  /** Whether one of the values is a message, in which there may be smaller changes. */
  boolean hasMessages() {
    return hasMessages;
  }

  /** Finds the changed values in a message. Returns false if something else has changed. */
  private boolean enter(Value now, Value before, Descriptor message) {
    Fields fields = new Fields();
    Fields others = new Fields();
    if (steps.size() == Format.MAXIMUM_STEPS
        || !fields.read(event, now.start(), now.end())
        || !others.read(former, before.start(), before.end())
        || !Arrays.equals(fields.numbers, 0, fields.count, others.numbers, 0, others.count)) {
      return false;
    }
    for (int index = 0; index < fields.count; index++) {
      if (fields.isEqual(index, others, index)) {
        continue;
      }
      steps.add(index);
      boolean isAdded = add(fields, others, index, message);
      steps.remove(steps.size() - 1);
      if (!isAdded) {
        return false;
      }
    }
    return true;
  }

  /** Adds the value of a field, or the changed values in it. */
  private boolean add(Fields fields, Fields others, int index, Descriptor message) {
    Value value = fields.locate(index);
    Value other = others.locate(index);
    if (value == null || other == null) {
      return false;
    }
    Descriptor inner = Arm.child(message, fields.numbers[index]);
    boolean hadMessages = hasMessages;
    int count = paths.size();
    if (inner != null) {
      if (enter(value, other, inner)) {
        return true;
      }
      clear(count);
    }
    hasMessages = hadMessages || inner != null;
    paths.add(Shape.packPath(steps));
    values.add(value);
    return paths.size() <= Format.MAXIMUM_VALUES;
  }

  private void clear(int count) {
    paths.subList(count, paths.size()).clear();
    values.subList(count, values.size()).clear();
  }
}
