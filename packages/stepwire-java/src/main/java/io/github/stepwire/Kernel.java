package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.stepwire.kernel.Compiled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/**
 * An instance of the kernel, for one thread at a time. The project's docs/kernel-abi.md describes
 * what is called here.
 */
final class Kernel {
  private static final int VERSION = 1;

  // The words of what the last call came to.
  private static final int RESULT_CODE = 64;
  private static final int RESULT_OFFSET = 68;
  private static final int RESULT_OUTPUT = 72;

  /** Where the table is. Its header says which layout it has, and its size. */
  private static final int TABLE = 16384;

  private static final int TABLE_LAYOUT = 24;
  private static final int TABLE_SIZE = 28;
  private static final int TABLE_HEADER = 32;

  private static final int SMALLEST_CAPACITY = 16 * 1024;

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final class Loaded {
    /** Loaded when it is first needed. */
    static final WasmModule MODULE = Compiled.load();
  }

  private final Memory memory;
  private final ExportFunction reserveInput;
  private final ExportFunction toBinary;
  private final ExportFunction toJson;
  private final ExportFunction explain;
  private int place;
  private int capacity;

  /**
   * Makes an instance that converts a type of message.
   *
   * @param table takes the place of the built-in table; null for the built-in one
   */
  Kernel(String message, byte[] table) {
    Instance instance =
        Instance.builder(Loaded.MODULE)
            .withMachineFactory(Compiled::create)
            .withMemoryFactory(ByteArrayMemory::new)
            .build();
    memory = instance.memory();
    reserveInput = instance.export("reserveInput");
    toBinary = instance.export("toBinary");
    toJson = instance.export("toJson");
    explain = instance.export("explain");
    long version = instance.export("version").apply()[0];
    if (version != VERSION) {
      throw new IllegalStateException("the kernel has version " + version + ", not " + VERSION);
    }
    instance.export("seedHash").apply(RANDOM.nextInt(), RANDOM.nextInt());
    byte[] name = message.getBytes(UTF_8);
    put(name);
    if (table != null) {
      replaceTable(table);
    }
    if (instance.export("selectMessage").apply(name.length)[0] == 0) {
      throw new IllegalArgumentException(
          "there is no message \"" + message + "\" that is a JSON object");
    }
  }

  /** Returns the table that the instance has now. */
  byte[] table() {
    return memory.readBytes(TABLE, memory.readInt(TABLE + TABLE_SIZE));
  }

  private void replaceTable(byte[] table) {
    ByteBuffer given = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    if (table.length < TABLE_HEADER || given.getInt(0) != memory.readInt(TABLE)) {
      throw new IllegalArgumentException("the table was not written by `stepwire table`");
    }
    if (given.getInt(TABLE_LAYOUT) != memory.readInt(TABLE + TABLE_LAYOUT)
        || given.getInt(TABLE_SIZE) != table.length) {
      throw new IllegalArgumentException(
          "the table is incomplete, or for another version of stepwire;"
              + " write it with the version of this package");
    }
    int room = memory.readInt(TABLE + TABLE_SIZE);
    if (table.length > room) {
      throw new IllegalArgumentException(
          "the table has " + table.length + " bytes; at most " + room + " have room");
    }
    memory.write(TABLE, table);
  }

  byte[] toBinary(byte[] json, int maxDepth, int refused) {
    return convert(toBinary, json, maxDepth, refused);
  }

  byte[] toJson(byte[] binary, int maxDepth, int refused) {
    return convert(toJson, binary, maxDepth, refused);
  }

  /** Returns how many bytes of memory the instance has. */
  long memorySize() {
    return (long) memory.pages() * Memory.PAGE_SIZE;
  }

  private byte[] convert(ExportFunction function, byte[] input, int maxDepth, int refused) {
    try {
      put(input);
      int size = (int) function.apply(input.length, maxDepth, refused)[0];
      if (size < 0) {
        throw refusal();
      }
      return output(size);
    } catch (WasmEngineException | StackOverflowError | OutOfMemoryError error) {
      throw new KernelException("the kernel stopped: " + error, error);
    }
  }

  private RefusedException refusal() {
    String pointer = new String(output((int) explain.apply()[0]), UTF_8);
    int number = memory.readInt(RESULT_CODE);
    Code code = Code.of(number);
    if (code == null) {
      throw new KernelException(
          number == ResultCode.OUT_OF_MEMORY
              ? "the document does not fit into a WebAssembly memory"
              : "the kernel stopped with code " + number);
    }
    return new RefusedException(
        code, Integer.toUnsignedLong(memory.readInt(RESULT_OFFSET)), pointer);
  }

  private void put(byte[] input) {
    if (capacity == 0 || input.length > capacity) {
      // A little more, so that inputs of growing size do not ask each time.
      int wanted = Math.max(SMALLEST_CAPACITY, input.length + input.length / 4);
      if (!reserve(wanted) && !reserve(input.length)) {
        throw new KernelException("the document does not fit into a WebAssembly memory");
      }
    }
    memory.write(place, input);
  }

  private boolean reserve(int size) {
    place = (int) reserveInput.apply(size)[0];
    capacity = place == 0 ? 0 : size;
    return place != 0;
  }

  private byte[] output(int size) {
    return memory.readBytes(memory.readInt(RESULT_OUTPUT), size);
  }
}
