package io.github.stepwire;

/** Indexes of the words in which a module returns the results of a call. */
final class Result {
  static final int CODE = 0;
  static final int OFFSET = 1;
  static final int OUTPUT = 2;
  static final int DOCUMENTS = 3;
  static final int CONSUMED = 4;
  static final int END = 5;
  static final int LINES = 6;

  private Result() {}
}
