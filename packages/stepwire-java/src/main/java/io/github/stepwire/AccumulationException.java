package io.github.stepwire;

/**
 * Why an event was not applied. The objects are unchanged, so the next event can be applied. It has
 * nothing of the event but the names of members, and the type and identifier of the object.
 */
public final class AccumulationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final AccumulationCode code;
  private final String objectType;
  private final String objectId;
  private final String pointer;
  private final String expected;
  private final String found;

  AccumulationException(
      AccumulationCode code,
      String objectType,
      String objectId,
      String pointer,
      String expected,
      String found) {
    super(
        code
            + (objectType.isEmpty() ? "" : " in " + objectType)
            + " at \""
            + pointer
            + "\""
            + (expected.isEmpty() ? "" : ": expected " + expected)
            + (found.isEmpty() ? "" : ", found " + found));
    this.code = code;
    this.objectType = objectType;
    this.objectId = objectId;
    this.pointer = pointer;
    this.expected = expected;
    this.found = found;
  }

  /** Returns the reason. */
  public AccumulationCode code() {
    return code;
  }

  /** Returns the full name of the object's type; empty if there is none. */
  public String objectType() {
    return objectType;
  }

  /** Returns the identifier of the object; empty if there is none. */
  public String objectId() {
    return objectId;
  }

  /** Returns the place in the object, as a JSON Pointer (RFC 6901). */
  public String pointer() {
    return pointer;
  }

  /** Returns what was expected there. */
  public String expected() {
    return expected;
  }

  /** Returns what was found there. */
  public String found() {
    return found;
  }
}
