package io.github.stepwire.stream;

/** The writer of a stream ended it with a failure. The events before it are complete. */
public final class StreamFailureException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final byte[] detail;

  StreamFailureException(byte[] detail) {
    super("the writer of the stream reported a failure");
    this.detail = detail;
  }

  /** Returns the bytes that describe the failure. The transport defines their meaning. */
  public byte[] detail() {
    return detail.clone();
  }
}
