package io.github.stepwire.stream;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The payloads that a writer or a reader remembers, one for each slot. */
final class State {
  private final Map<Integer, byte[]> slots = new HashMap<>();
  private final int limit;
  private long bytes;

  /**
   * @param limit maximum size of all payloads, with {@link Format#SLOT_BYTES} for each
   */
  State(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  /** Returns the payload in a slot, or null. */
  byte[] get(int slot) {
    return slots.get(slot);
  }

  /** Returns whether a payload of this size can be remembered. */
  boolean fits(int slot, long size) {
    byte[] former = slots.get(slot);
    long freed = former == null ? 0 : Format.SLOT_BYTES + former.length;
    return bytes - freed + Format.SLOT_BYTES + size <= limit;
  }

  /** Remembers a payload, which has to fit, in the place of the former one. */
  void set(int slot, byte[] event, int start, int end) {
    byte[] former = slots.put(slot, Arrays.copyOfRange(event, start, end));
    bytes += end - start;
    bytes += former == null ? Format.SLOT_BYTES : -former.length;
  }

  void clear() {
    slots.clear();
    bytes = 0;
  }
}
