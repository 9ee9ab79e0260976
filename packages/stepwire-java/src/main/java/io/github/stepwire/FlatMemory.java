package io.github.stepwire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;

/**
 * The memory of a module in one array. Endive's own memory has an array for each page of 64 KiB,
 * which takes another load and a check for each access. No module of ours shares its memory between
 * threads, or has passive segments.
 */
@SuppressWarnings("removal") // The interface still asks for methods that it will not have.
final class FlatMemory implements Memory {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  /** The most pages whose size is an {@code int}. */
  private static final int MOST_PAGES = Integer.MAX_VALUE / PAGE_SIZE;

  private final MemoryLimits limits;
  private byte[] bytes;

  FlatMemory(MemoryLimits limits) {
    this.limits = limits;
    bytes = new byte[limits.initialPages() * PAGE_SIZE];
  }

  @Override
  public int pages() {
    return bytes.length / PAGE_SIZE;
  }

  @Override
  public int grow(int size) {
    int before = pages();
    int after = before + size;
    if (size < 0 || after < before || after > Math.min(maximumPages(), MOST_PAGES)) {
      return -1;
    }
    if (size > 0) {
      try {
        bytes = Arrays.copyOf(bytes, after * PAGE_SIZE);
      } catch (OutOfMemoryError error) {
        // The module may do with less, or says that there is no memory.
        return -1;
      }
    }
    return before;
  }

  @Override
  public int initialPages() {
    return limits.initialPages();
  }

  @Override
  public int maximumPages() {
    return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    throw unsupported();
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw unsupported();
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw unsupported();
  }

  @Override
  public int notify(int address, int maxThreads) {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("the memory is of one thread");
  }

  @Override
  public void initialize(Instance instance, DataSegment[] segments) {
    initialize(instance, segments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] segments, int memoryIndex) {
    if (segments == null) {
      return;
    }
    for (DataSegment segment : segments) {
      if (segment instanceof ActiveDataSegment active && active.index() == memoryIndex) {
        long[] offset =
            ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions());
        write((int) offset[0], active.data(), 0, active.data().length);
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int to, int offset, int size) {
    throw new UnsupportedOperationException("there are no passive segments");
  }

  @Override
  public void drop(int segment) {}

  @Override
  public void write(int address, byte[] data, int offset, int size) {
    try {
      System.arraycopy(data, offset, bytes, address, size);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public byte[] readBytes(int address, int size) {
    byte[] copy = new byte[size];
    read(address, copy, 0, size);
    return copy;
  }

  /** Copies a part of the memory. */
  void read(int address, byte[] target, int at, int size) {
    try {
      System.arraycopy(bytes, address, target, at, size);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public byte read(int address) {
    try {
      return bytes[address];
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public short readShort(int address) {
    try {
      return (short) SHORT.get(bytes, address);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public long readU16(int address) {
    return Short.toUnsignedLong(readShort(address));
  }

  @Override
  public int readInt(int address) {
    try {
      return (int) INT.get(bytes, address);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public long readLong(int address) {
    try {
      return (long) LONG.get(bytes, address);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public float readFloat(int address) {
    try {
      return (float) FLOAT.get(bytes, address);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public double readDouble(int address) {
    try {
      return (double) DOUBLE.get(bytes, address);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeByte(int address, byte value) {
    try {
      bytes[address] = value;
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeShort(int address, short value) {
    try {
      SHORT.set(bytes, address, value);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeI32(int address, int value) {
    try {
      INT.set(bytes, address, value);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeLong(int address, long value) {
    try {
      LONG.set(bytes, address, value);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeF32(int address, float value) {
    try {
      FLOAT.set(bytes, address, value);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void writeF64(int address, double value) {
    try {
      DOUBLE.set(bytes, address, value);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(address);
    }
  }

  @Override
  public void zero() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public void fill(byte value, int from, int to) {
    try {
      Arrays.fill(bytes, from, to, value);
    } catch (IndexOutOfBoundsException | IllegalArgumentException exception) {
      throw outside(from);
    }
  }

  @Override
  public void copy(int to, int from, int size) {
    try {
      System.arraycopy(bytes, from, bytes, to, size);
    } catch (IndexOutOfBoundsException exception) {
      throw outside(from);
    }
  }

  private WasmRuntimeException outside(int address) {
    return new WasmRuntimeException(
        "out of bounds memory access at " + address + " of " + bytes.length + " bytes");
  }
}
