package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.stepwire.kernel.Compiled;
import io.github.stepwire.kernel.CompiledAccumulator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/** A module that Endive has translated to Java bytecode. */
final class PureInstance extends WasmInstance {
  private static final int SMALLEST_CAPACITY = 16 * 1024;

  private static final int VERSION = 1;

  /** The first of the words in which a module returns its results. */
  private static final int RESULT = 64;

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final class Converter {
    /** Loaded when it is first needed. */
    static final WasmModule MODULE = Compiled.load();
  }

  private static final class Accumulator {
    static final WasmModule MODULE = CompiledAccumulator.load();
  }

  private final Program program;
  private final Instance instance;
  private final FlatMemory memory;
  private final ExportFunction reserveInput;
  private final Map<Function, ExportFunction> functions = new EnumMap<>(Function.class);
  private int place;
  private int capacity;
  private boolean closed;

  PureInstance(Program program) {
    this.program = program;
    Instance.Builder builder =
        switch (program) {
          case CONVERTER -> Instance.builder(Converter.MODULE).withMachineFactory(Compiled::create);
          case ACCUMULATOR ->
              Instance.builder(Accumulator.MODULE).withMachineFactory(CompiledAccumulator::create);
        };
    instance = builder.withMemoryFactory(FlatMemory::new).build();
    memory = (FlatMemory) instance.memory();
    reserveInput = instance.export("reserveInput");
    int version = call(instance.export("version"));
    if (version != VERSION) {
      throw new KernelException("the kernel has version " + version + ", not " + VERSION);
    }
    call(instance.export("seedHash"), RANDOM.nextInt(), RANDOM.nextInt());
  }

  @Override
  synchronized void select(String message, byte[] table) {
    checkOpen();
    byte[] name = message.getBytes(UTF_8);
    load(name, 0, name.length);
    if (table != null) {
      replaceTable(table);
    }
    if (call(instance.export("selectMessage"), name.length) == 0) {
      throw unknownMessage(program, message);
    }
  }

  /** Returns the table that the instance has now. */
  byte[] table() {
    return memory.readBytes(program.table, memory.readInt(program.table + sizePlace()));
  }

  private int sizePlace() {
    return program.layout + Integer.BYTES;
  }

  private void replaceTable(byte[] table) {
    int own = program.table;
    ByteBuffer given = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    if (table.length < sizePlace() + Integer.BYTES || given.getInt(0) != memory.readInt(own)) {
      throw new IllegalArgumentException(
          program == Program.CONVERTER
              ? "the table was not written by `stepwire table`"
              : "the plan was not made by compileAccumulationPlan");
    }
    if (given.getInt(program.layout) != memory.readInt(own + program.layout)
        || given.getInt(sizePlace()) != table.length) {
      throw new IllegalArgumentException(
          "the table is incomplete, or for another version of stepwire;"
              + " write it with the version of this package");
    }
    int room = memory.readInt(own + sizePlace());
    if (table.length > room) {
      throw new IllegalArgumentException(
          "the table has " + table.length + " bytes; at most " + room + " have room");
    }
    memory.write(own, table);
  }

  @Override
  synchronized int call(Function function, int... arguments) {
    checkOpen();
    ExportFunction export = functions.get(function);
    if (export == null) {
      export = instance.export(function.export);
      functions.put(function, export);
    }
    return call(export, arguments);
  }

  private static int call(ExportFunction export, int... arguments) {
    long[] given = new long[arguments.length];
    for (int index = 0; index < given.length; index++) {
      given[index] = arguments[index];
    }
    try {
      long[] results = export.apply(given);
      return results == null || results.length == 0 ? 0 : (int) results[0];
    } catch (WasmEngineException | StackOverflowError | OutOfMemoryError error) {
      throw new KernelException("the kernel stopped: " + error, error);
    }
  }

  @Override
  synchronized void load(byte[] input, int from, int size) {
    checkOpen();
    if (capacity == 0 || size > capacity) {
      int wanted = capacityFor(size);
      if (!reserve(wanted) && !reserve(size)) {
        throw new KernelException("the input does not fit into a WebAssembly memory");
      }
    }
    memory.write(place, input, from, size);
  }

  /** Returns a little more, so that inputs of growing size do not ask each time. */
  static int capacityFor(int size) {
    long wanted = Math.max(SMALLEST_CAPACITY, size + size / 4L);
    return (int) Math.min(wanted, Integer.MAX_VALUE);
  }

  private boolean reserve(int size) {
    place = call(reserveInput, size);
    capacity = place == 0 ? 0 : size;
    return place != 0;
  }

  @Override
  synchronized void output(byte[] target, int at, int size) {
    checkOpen();
    memory.read(word(Result.OUTPUT), target, at, size);
  }

  @Override
  synchronized byte[] read(int at, int size) {
    checkOpen();
    return memory.readBytes(at, size);
  }

  @Override
  synchronized int word(int index) {
    checkOpen();
    return memory.readInt(RESULT + Integer.BYTES * index);
  }

  @Override
  synchronized long memorySize() {
    checkOpen();
    return (long) memory.pages() * Memory.PAGE_SIZE;
  }

  /** The garbage collector frees the memory. */
  @Override
  public synchronized void close() {
    closed = true;
  }

  private void checkOpen() {
    if (closed) {
      throw closed();
    }
  }
}
