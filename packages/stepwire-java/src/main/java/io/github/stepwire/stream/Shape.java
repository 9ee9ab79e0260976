package io.github.stepwire.stream;

import java.util.List;

/**
 * Says how an event is written. A shape applies to an event and to those after it, until another
 * shape is given.
 *
 * @param arm field number of the payload; 0 if the event is complete and not remembered
 * @param slot number of the slot with the previous payload of the same message type
 * @param kind what the body is: one of the kinds in {@link Format}
 * @param mask a bit for each field of the previous payload that is not kept
 * @param paths the paths to the changed values, as {@link #packPath} returns them
 */
record Shape(int arm, int slot, int kind, long mask, List<Long> paths) {
  static final Shape WHOLE = new Shape(0, 0, Format.EVENT, 0, List.of());

  boolean isValues() {
    return kind == Format.VALUES;
  }

  void write(ByteOutput output, boolean hasCopies) {
    output.varint((long) arm * Format.ARM_FACTOR + (hasCopies ? 1 : 0));
    if (arm == 0) {
      return;
    }
    long number = isValues() ? paths.size() : mask;
    output.varint(number * Format.FORM_FACTOR + (slot == arm ? 0 : Format.SLOT_FLAG) + kind);
    if (slot != arm) {
      output.varint(slot);
    }
    paths.forEach(output::varint);
  }

  /**
   * Returns a path as a number. Its steps are the indexes of fields: of the payload, of the message
   * in this field, and so on.
   */
  static long packPath(List<Integer> steps) {
    long packed = 0;
    for (int depth = steps.size() - 1; depth >= 0; depth--) {
      packed = packed * Format.MAXIMUM_FIELDS + steps.get(depth);
    }
    return packed * Format.MAXIMUM_STEPS + steps.size() - 1;
  }

  /** Returns the steps of a path; none if the path is too large. */
  static int[] unpackPath(long path) {
    int[] steps = new int[(int) (path % Format.MAXIMUM_STEPS) + 1];
    long packed = path / Format.MAXIMUM_STEPS;
    for (int depth = 0; depth < steps.length; depth++) {
      steps[depth] = (int) (packed % Format.MAXIMUM_FIELDS);
      packed /= Format.MAXIMUM_FIELDS;
    }
    return packed == 0 ? steps : new int[0];
  }
}
