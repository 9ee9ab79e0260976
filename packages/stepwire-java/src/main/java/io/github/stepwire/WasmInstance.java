package io.github.stepwire;

/**
 * An instance of a WebAssembly module, for one thread at a time. It has its own memory. Each method
 * throws a {@link KernelException} if the module stops or its memory cannot grow; the instance must
 * not be used again then. Only {@code close} may be called by another thread; it waits for a method
 * that runs.
 */
abstract class WasmInstance implements AutoCloseable {
  /**
   * Selects a message type.
   *
   * @param table takes the place of the module's own table; null for its own
   * @throws IllegalArgumentException if there is no such message, or the table cannot be used
   */
  abstract void select(String message, byte[] table);

  /** Calls a function with as many arguments as it has parameters. */
  abstract int call(Function function, int... arguments);

  /** Copies an input to the place that the module has for it. */
  abstract void load(byte[] input, int from, int size);

  /** Copies bytes of the last call's output. */
  abstract void output(byte[] target, int at, int size);

  /** Returns a copy of a part of the memory. */
  abstract byte[] read(int place, int size);

  /** Returns a word of the last call's result. */
  abstract int word(int index);

  /** Returns how many bytes the memory has. */
  abstract long memorySize();

  /** Releases the memory. All other methods throw an {@link IllegalStateException} afterwards. */
  @Override
  public abstract void close();

  /**
   * Converts a document.
   *
   * @return the output; null if the document was refused
   */
  byte[] convert(Function function, byte[] input, int maxDepth, int refused) {
    load(input, 0, input.length);
    int size = call(function, input.length, maxDepth, refused);
    return size < 0 ? null : output(size);
  }

  /** Returns a copy of the output of the last call. */
  final byte[] output(int size) {
    byte[] output = new byte[size];
    output(output, 0, size);
    return output;
  }

  static IllegalStateException closed() {
    return new IllegalStateException("it is closed");
  }

  static IllegalArgumentException unknownMessage(Program program, String message) {
    String kind =
        program == Program.CONVERTER ? "that is a JSON object" : "whose events change objects";
    return new IllegalArgumentException("there is no message \"" + message + "\" " + kind);
  }
}
