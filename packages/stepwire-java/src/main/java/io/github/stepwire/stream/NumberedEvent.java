package io.github.stepwire.stream;

import java.util.Arrays;

/**
 * An event of a stream.
 *
 * @param number the number of the event
 * @param bytes the event message, in binary
 */
public record NumberedEvent(long number, byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof NumberedEvent event
        && number == event.number
        && Arrays.equals(bytes, event.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(number) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "event " + number + " of " + bytes.length + " bytes";
  }
}
