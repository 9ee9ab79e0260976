package io.github.stepwire;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Idle kernels, for any number of threads, without locks. Each thread first tries a slot of its
 * own, so a thread mostly gets the kernel back that it used last.
 */
final class KernelPool {
  /** A kernel with more memory than this is not kept: memory never shrinks. */
  private static final long LARGE_MEMORY = 16 << 20;

  /**
   * The memory is measured only after documents of this size. It takes several times more memory
   * than the size of a document, but far from {@link #LARGE_MEMORY}.
   */
  private static final int LARGE_DOCUMENT = 128 << 10;

  /** Slots so far apart that processors do not share a cache line. */
  private static final int SPACING = 32;

  private final Supplier<Kernel> factory;
  private final int size;
  private final AtomicReferenceArray<Kernel> slots;

  KernelPool(Supplier<Kernel> factory) {
    this.factory = factory;
    // More than processors: a thread that waits for a processor during a call keeps its kernel.
    size = 2 * Runtime.getRuntime().availableProcessors();
    slots = new AtomicReferenceArray<>(size * SPACING);
  }

  /** Returns an idle kernel, or a new one. */
  Kernel take() {
    int slot = ownSlot();
    for (int tried = 0; tried < size; tried++) {
      Kernel kernel = slots.getPlain(slot * SPACING);
      if (kernel != null && slots.compareAndSet(slot * SPACING, kernel, null)) {
        return kernel;
      }
      slot = slot + 1 == size ? 0 : slot + 1;
    }
    return factory.get();
  }

  /**
   * Keeps a kernel for another call, or releases it.
   *
   * @param largest the size of the largest document that it has read or written
   */
  void give(Kernel kernel, int largest) {
    if (largest < LARGE_DOCUMENT || kernel.memorySize() <= LARGE_MEMORY) {
      int slot = ownSlot();
      for (int tried = 0; tried < size; tried++) {
        if (slots.getPlain(slot * SPACING) == null
            && slots.compareAndSet(slot * SPACING, null, kernel)) {
          return;
        }
        slot = slot + 1 == size ? 0 : slot + 1;
      }
    }
    kernel.close();
  }

  private int ownSlot() {
    return (int) (Thread.currentThread().getId() % size);
  }
}
