package io.github.stepwire;

/**
 * Why an input was refused: the first reason that was met. It has nothing of the document but the
 * names of members.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Code code;
  private final long offset;
  private final String pointer;

  RefusedException(Code code, long offset, String pointer) {
    super(code + " at \"" + pointer + "\" (byte " + offset + ")");
    this.code = code;
    this.offset = offset;
    this.pointer = pointer;
  }

  /** Returns the reason. */
  public Code code() {
    return code;
  }

  /** Returns the offset of the violation in the input, in bytes. */
  public long offset() {
    return offset;
  }

  /** Returns its place in the JSON, as a JSON Pointer (RFC 6901); empty is the document. */
  public String pointer() {
    return pointer;
  }
}
