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
  Kernel(Engine engine, String message, byte[] table) {
    instance = engine.open(Program.CONVERTER);
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

  /**
   * Converts as many documents of a part of an input as are complete, until one is refused.
   *
   * @param flags of packEvents; for lines, 1 says that the input ends here
   */
  Chunk convertMany(
      Function function,
      byte[] input,
      int from,
      int size,
      int maxDepth,
      int refused,
      int maxBytes,
      int flags) {
    instance.load(input, from, size);
    int written = instance.call(function, size, maxDepth, refused, maxBytes, flags);
    int number = instance.word(Result.CODE);
    if (written < 0 && number == ResultCode.INVALID_TABLE) {
      throw new IllegalArgumentException("the message is not an event");
    }
    if (written < 0 || number != 0 && Code.of(number) == null) {
      throw failure(number);
    }
    return new Chunk(
        instance.output(written),
        number == 0 ? null : Code.of(number),
        instance.word(Result.DOCUMENTS),
        instance.word(Result.CONSUMED),
        Integer.toUnsignedLong(instance.word(Result.END)),
        instance.word(Result.LINES));
  }

  /**
   * What became of a part of an input with many documents.
   *
   * @param output the converted documents
   * @param refused why the next document was refused; null if none was
   * @param consumed how many bytes the converted documents have
   * @param end where the refused document ends
   * @param lines how many lines or messages were read, with empty lines
   */
  record Chunk(byte[] output, Code refused, int documents, int consumed, long end, int lines) {}

  /** Returns why the last call refused a document or event. */
  RefusedException refusal() {
    String pointer = new String(instance.output(instance.call(Function.EXPLAIN)), UTF_8);
    int number = instance.word(Result.CODE);
    Code code = Code.of(number);
    if (code == null) {
      throw failure(number);
    }
    // All bits are set if the violation is not in the payload of an event.
    int offset = instance.word(Result.OFFSET);
    return new RefusedException(code, offset == -1 ? -1 : Integer.toUnsignedLong(offset), pointer);
  }

  private static KernelException failure(int number) {
    return new KernelException(
        number == ResultCode.OUT_OF_MEMORY
            ? "the document does not fit into a WebAssembly memory"
            : "the kernel stopped with code " + number);
  }
}
