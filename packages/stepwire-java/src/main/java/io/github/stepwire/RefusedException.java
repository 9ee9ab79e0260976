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
  private final long number;
  private final long start;
  private final long end;

  RefusedException(Code code, long offset, String pointer) {
    this(code, offset, pointer, 0, 0, 0);
  }

  private RefusedException(
      Code code, long offset, String pointer, long number, long start, long end) {
    super(describe(code, offset, pointer, number));
    this.code = code;
    this.offset = offset;
    this.pointer = pointer;
    this.number = number;
    this.start = start;
    this.end = end;
  }

  private static String describe(Code code, long offset, String pointer, long number) {
    String place = offset < 0 ? "" : " (byte " + offset + ")";
    String document = number == 0 ? "" : " of number " + number;
    return code + " at \"" + pointer + "\"" + place + document;
  }

  /** Returns this reason for a document of an input with many. */
  RefusedException inside(long number, long start, long end) {
    RefusedException placed = new RefusedException(code, offset, pointer, number, start, end);
    placed.setStackTrace(getStackTrace());
    return placed;
  }

  /** Returns the reason. */
  public Code code() {
    return code;
  }

  /**
   * Returns the offset of the violation in the document, in bytes; for events, that in the payload.
   * It is -1 if the violation is outside of the payload.
   */
  public long offset() {
    return offset;
  }

  /** Returns its place in the JSON, as a JSON Pointer (RFC 6901); empty is the document. */
  public String pointer() {
    return pointer;
  }

  /**
   * Returns the number of the document in an input with many: of the line, message or event,
   * counted from 1. Empty lines count. It is 0 if the input is one document.
   */
  public long number() {
    return number;
  }

  /** Returns the offset in an input with many documents at which the document starts. */
  public long start() {
    return start;
  }

  /**
   * Returns the offset in an input with many documents at which the next one starts. It is -1 if
   * that is unknown; then the rest of the input cannot be read.
   */
  public long end() {
    return end;
  }
}
