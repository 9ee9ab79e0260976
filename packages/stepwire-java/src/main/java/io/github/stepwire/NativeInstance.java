package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.Cleaner;

/** A module that the native library has compiled to machine code. */
final class NativeInstance extends WasmInstance {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Program program;
  private final long handle;
  private final Cleaner.Cleanable cleanable;
  private boolean closed;

  NativeInstance(Program program) {
    this.program = program;
    handle = open(program.ordinal());
    cleanable = CLEANER.register(this, new Release(handle));
  }

  /** Releases an instance, once. It must not refer to the Java object. */
  private record Release(long handle) implements Runnable {
    @Override
    public void run() {
      release(handle);
    }
  }

  @Override
  synchronized void select(String message, byte[] table) {
    if (!select(open(), message.getBytes(UTF_8), table)) {
      throw unknownMessage(program, message);
    }
  }

  @Override
  synchronized int call(Function function, int... arguments) {
    return call(open(), function.ordinal(), arguments);
  }

  @Override
  synchronized void load(byte[] input, int from, int size) {
    load(open(), input, from, size);
  }

  @Override
  synchronized byte[] convert(Function function, byte[] input, int maxDepth, int refused) {
    return convert(open(), function.ordinal(), input, input.length, maxDepth, refused);
  }

  @Override
  synchronized void output(byte[] target, int at, int size) {
    output(open(), target, at, size);
  }

  @Override
  synchronized byte[] read(int place, int size) {
    return read(open(), place, size);
  }

  @Override
  synchronized int word(int index) {
    return word(open(), index);
  }

  @Override
  synchronized long memorySize() {
    return memorySize(open());
  }

  @Override
  public synchronized void close() {
    closed = true;
    cleanable.clean();
  }

  /** Returns the handle. Only methods that hold the lock use it, so that no thread releases it. */
  private long open() {
    if (closed) {
      throw closed();
    }
    return handle;
  }

  // The methods with a handle are not static, so that the object cannot be collected, and the
  // instance released, during a call.

  private static native long open(int program);

  private static native void release(long handle);

  private native boolean select(long handle, byte[] message, byte[] table);

  private native int call(long handle, int function, int[] arguments);

  private native void load(long handle, byte[] input, int from, int size);

  private native byte[] convert(
      long handle, int function, byte[] input, int size, int maxDepth, int refused);

  private native void output(long handle, byte[] target, int at, int size);

  private native byte[] read(long handle, int place, int size);

  private native int word(long handle, int index);

  private native long memorySize(long handle);
}
