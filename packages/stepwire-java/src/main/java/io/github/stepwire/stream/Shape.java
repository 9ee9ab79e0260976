package io.github.stepwire.stream;

import java.util.List;

/**
 * Says how an event is written. A shape applies to an event and to those after it, until another
 * shape is given.
 *
 * @param arm field number of the payload; 0 if the event is complete and not remembered
 * @param slot number of the slot with the previous payload of the same message type
 * @param mask a bit for each field of the previous payload that is left out
 * @param steps if only a value changed: the index of the field to enter at each step to it;
 *     otherwise empty
 */
record Shape(int arm, int slot, long mask, List<Long> steps) {
  static final Shape WHOLE = new Shape(0, 0, 0, List.of());

  boolean isValue() {
    return !steps.isEmpty();
  }

  void write(ByteOutput output) {
    output.varint(arm);
    if (arm == 0) {
      return;
    }
    long number = isValue() ? steps.size() : mask;
    int flags = (isValue() ? Format.VALUE_FLAG : 0) + (slot == arm ? 0 : Format.SLOT_FLAG);
    output.varint(number * Format.FORM_FACTOR + flags);
    if (slot != arm) {
      output.varint(slot);
    }
    steps.forEach(output::varint);
  }
}
