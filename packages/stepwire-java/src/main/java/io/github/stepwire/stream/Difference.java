package io.github.stepwire.stream;

import java.util.ArrayList;
import java.util.List;

/** What a payload has in common with the previous one. */
final class Difference {
  /**
   * A bit for each field of the previous payload that the new one does not have or that differs.
   */
  private long mask;

  /** Indexes of the other fields in the new payload, and the number of their bytes. */
  private final List<Integer> kept = new ArrayList<>();

  private int keptBytes;

  /** Compares a payload with the previous one, if there is one. */
  Difference(Fields now, byte[] former) {
    Fields before = new Fields();
    if (former == null || !before.read(former, 0, former.length)) {
      return;
    }
    for (int index = 0; index < before.count; index++) {
      int same = now.indexOf(before.numbers[index]);
      if (same >= 0 && now.isEqual(same, before, index)) {
        kept.add(same);
        keptBytes += now.ends[same] - now.starts[same];
      } else {
        mask |= 1L << index;
      }
    }
  }

  long mask() {
    return mask;
  }

  List<Integer> kept() {
    return kept;
  }

  int keptBytes() {
    return keptBytes;
  }
}
