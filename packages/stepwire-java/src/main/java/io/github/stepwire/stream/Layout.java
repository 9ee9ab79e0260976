package io.github.stepwire.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The places of the changed values in a payload, and of the messages around them, in the order of
 * the bytes. They move with each event, so that nothing is parsed while the shape stays the same.
 */
final class Layout {
  /** A changed value, or a message around one. */
  private static final class Place {
    Value value;

    /** The place around it, or null. */
    final Place parent;

    boolean isValue;

    /** The size of the content in the new payload, and how much more that is. */
    long size;

    long more;

    /** The size in a payload that is compared. */
    long read;

    Place(Value value, Place parent) {
      this.value = value;
      this.parent = parent;
    }
  }

  private final List<Place> places = new ArrayList<>();

  /** Where the changed values are in the bytes of the new event. */
  private final List<Value> values = new ArrayList<>();

  private final Fields fields = new Fields();
  private int count;

  /** Returns the number of changed values. */
  int count() {
    return count;
  }

  List<Value> values() {
    return values;
  }

  /** Finds the places that paths lead to. Returns what is wrong, or null. */
  StreamErrorCode find(byte[] payload, List<Long> paths) {
    places.clear();
    count = paths.size();
    int[] previous = {};
    List<Place> around = new ArrayList<>();
    for (long path : paths) {
      int[] steps = Shape.unpackPath(path);
      int common = 0;
      while (common < Math.min(steps.length, previous.length)
          && steps[common] == previous[common]) {
        common++;
      }
      boolean isAfter =
          previous.length == 0
              || common < Math.min(steps.length, previous.length)
                  && steps[common] > previous[common];
      if (steps.length == 0 || !isAfter) {
        return StreamErrorCode.MALFORMED;
      }
      around.subList(common, around.size()).clear();
      for (int depth = common; depth < steps.length; depth++) {
        Place parent = depth == 0 ? null : around.get(depth - 1);
        Value value = enter(payload, parent, steps[depth]);
        if (value == null) {
          return StreamErrorCode.MISSING_REFERENCE;
        }
        Place place = new Place(value, parent);
        places.add(place);
        around.add(place);
      }
      places.get(places.size() - 1).isValue = true;
      previous = steps;
    }
    return null;
  }

  /** Returns the value that a step leads to, or null. */
  private Value enter(byte[] payload, Place parent, int step) {
    int start = parent == null ? 0 : parent.value.start();
    int end = parent == null ? payload.length : parent.value.end();
    return fields.read(payload, start, end) && step < fields.count ? fields.locate(step) : null;
  }

  /**
   * Finds the changed values in a payload of an event that equals the previous one apart from them.
   * Returns false if it does not.
   */
  boolean match(byte[] former, byte[] event, Value payload) {
    values.clear();
    int from = 0;
    int at = payload.start();
    for (Place place : places) {
      int end = at + place.value.sizeAt() - from;
      if (end > payload.end()
          || !Arrays.equals(former, from, place.value.sizeAt(), event, at, end)) {
        return false;
      }
      fields.start(event, end, payload.end());
      place.read = fields.size();
      at = fields.position();
      if (place.read < 0 || place.read > payload.end() - at) {
        return false;
      }
      from = place.value.start();
      if (place.isValue) {
        values.add(new Value(end, at, at + (int) place.read));
        at += (int) place.read;
        from = place.value.end();
      }
    }
    return Arrays.equals(former, from, former.length, event, at, payload.end())
        && former.length + resize() == payload.size()
        && places.stream().allMatch(place -> place.read == place.size);
  }

  /**
   * Finds the values in a body: each but the last one follows its size. Returns false if a value is
   * cut off.
   */
  boolean split(byte[] body) {
    values.clear();
    int at = 0;
    for (int index = 0; index < count - 1; index++) {
      fields.start(body, at, body.length);
      long size = fields.size();
      int start = fields.position();
      if (size < 0 || size > body.length - start) {
        return false;
      }
      at = start + (int) size;
      values.add(new Value(start, start, at));
    }
    values.add(new Value(at, at, body.length));
    return true;
  }

  /**
   * Computes the sizes for new values. Returns how many bytes the new payload has more than the
   * previous one.
   */
  long resize() {
    long total = 0;
    int index = values.size();
    places.forEach(place -> place.more = 0);
    for (int position = places.size() - 1; position >= 0; position--) {
      Place place = places.get(position);
      Value old = place.value;
      place.size = place.isValue ? values.get(--index).size() : old.size() + place.more;
      long more = place.size + Format.varintSize(place.size) - (old.end() - old.sizeAt());
      if (place.parent == null) {
        total += more;
      } else {
        place.parent.more += more;
      }
    }
    return total;
  }

  /** Writes the new payload, after {@link #resize}. The bytes contain the values. */
  void write(byte[] former, byte[] bytes, ByteOutput output) {
    int from = 0;
    int index = 0;
    for (Place place : places) {
      output.copy(former, from, place.value.sizeAt());
      output.varint(place.size);
      from = place.value.start();
      if (place.isValue) {
        Value value = values.get(index++);
        output.copy(bytes, value.start(), value.end());
        from = place.value.end();
      }
    }
    output.copy(former, from, former.length);
  }

  /** Moves the places to where they are in the new payload, after {@link #resize}. */
  void move() {
    int from = 0;
    int to = 0;
    for (Place place : places) {
      Value old = place.value;
      to += old.sizeAt() - from;
      from = place.isValue ? old.end() : old.start();
      int start = to + Format.varintSize(place.size);
      place.value = new Value(to, start, start + (int) place.size);
      to = place.isValue ? place.value.end() : start;
    }
  }
}
