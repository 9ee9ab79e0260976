package io.github.stepwire.stream;

/** A stream is malformed or exceeds a limit. The events before the place are complete. */
public final class StreamFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final StreamErrorCode code;
  private final long offset;
  private final long event;
  private final String expected;
  private final String found;

  StreamFormatException(
      StreamErrorCode code, long offset, long event, String expected, String found) {
    super(
        code
            + " in the stream (offset "
            + offset
            + ", event "
            + event
            + "): expected "
            + expected
            + ", found "
            + found);
    this.code = code;
    this.offset = offset;
    this.event = event;
    this.expected = expected;
    this.found = found;
  }

  /** Returns what is wrong. */
  public StreamErrorCode code() {
    return code;
  }

  /** Returns the offset of the record in the stream, after decompression, in bytes. */
  public long offset() {
    return offset;
  }

  /** Returns the number of the event that would have been next. */
  public long event() {
    return event;
  }

  /** Returns what was expected. */
  public String expected() {
    return expected;
  }

  /** Returns what was found. It never contains any part of an event. */
  public String found() {
    return found;
  }
}
