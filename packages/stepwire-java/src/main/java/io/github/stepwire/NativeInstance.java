package io.github.stepwire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.Cleaner;

/** A module that the native library has compiled to machine code. */
final class NativeInstance extends WasmInstance {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Program program;
  private final long handle;
  private final Cleaner.Cleanable cleanable;

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
  void select(String message, byte[] table) {
    if (!select(handle, message.getBytes(UTF_8), table)) {
      throw unknownMessage(program, message);
    }
  }

  @Override
  int call(Function function, int... arguments) {
    return call(handle, function.ordinal(), arguments);
  }

  @Override
  void load(byte[] input, int from, int size) {
    load(handle, input, from, size);
  }

  @Override
  byte[] convert(Function function, byte[] input, int maxDepth, int refused) {
    return convert(handle, function.ordinal(), input, input.length, maxDepth, refused);
  }

  @Override
  void output(byte[] target, int at, int size) {
    output(handle, target, at, size);
  }

  @Override
  byte[] read(int place, int size) {
    return read(handle, place, size);
  }

  @Override
  int word(int index) {
    return word(handle, index);
  }

  @Override
  long memorySize() {
    return memorySize(handle);
  }

  @Override
  public void close() {
    cleanable.clean();
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
