package io.github.stepwire.stream;

/** What is wrong, before its place is known. Has no stack, as the reader throws another one. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  final StreamErrorCode code;
  final String expected;
  final String found;

  Refusal(StreamErrorCode code, String expected, String found) {
    super(null, null, false, false);
    this.code = code;
    this.expected = expected;
    this.found = found;
  }
}
