package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A converter for one type of message, for one thread at a time. The project's docs/kernel-abi.md
 * describes what is called here.
 */
final class Kernel implements AutoCloseable {
  private final WasmInstance instance;

  /**
   * Makes an instance that converts a type of message.
   *
   * @param table takes the place of the built-in table; null for the built-in one
   */
  Kernel(String message, byte[] table) {
    instance = Engine.open(Program.CONVERTER);
    try {
      instance.select(message, table);
    } catch (RuntimeException failure) {
      instance.close();
      throw failure;
    }
  }

  /** Returns how many bytes of memory the instance has. */
  long memorySize() {
    return instance.memorySize();
  }

  @Override
  public void close() {
    instance.close();
  }

  /** Converts a document. */
  byte[] convert(Function function, byte[] input, int maxDepth, int refused) {
    byte[] output = instance.convert(function, input, maxDepth, refused);
    if (output == null) {
      throw refusal();
    }
    return output;
  }

  private RefusedException refusal() {
    String pointer = new String(instance.output(instance.call(Function.EXPLAIN)), UTF_8);
    int number = instance.word(Result.CODE);
    Code code = Code.of(number);
    if (code == null) {
      throw new KernelException(
          number == ResultCode.OUT_OF_MEMORY
              ? "the document does not fit into a WebAssembly memory"
              : "the kernel stopped with code " + number);
    }
    return new RefusedException(
        code, Integer.toUnsignedLong(instance.word(Result.OFFSET)), pointer);
  }
}
