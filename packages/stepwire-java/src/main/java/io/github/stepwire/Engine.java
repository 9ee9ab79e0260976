package io.github.stepwire;

/**
 * What runs the converter. Both engines run the same WebAssembly modules, so their results are the
 * same, byte for byte.
 *
 * <p>The system property {@code stepwire.engine} chooses one, by its name in lower case. Without
 * it, the native engine is used if its library can be loaded.
 */
public enum Engine {
  /** Machine code, in a native library in the jar. */
  NATIVE,
  /** Java bytecode. It runs everywhere, several times slower. */
  PURE;

  private static final String PROPERTY = "stepwire.engine";

  private static final class Chosen {
    static final String REASON;
    static final Engine ENGINE;

    static {
      String wanted = System.getProperty(PROPERTY, "");
      if (!wanted.isEmpty() && !wanted.equals("native") && !wanted.equals("pure")) {
        throw new IllegalArgumentException(
            "the system property " + PROPERTY + " is native or pure, not \"" + wanted + "\"");
      }
      if (wanted.equals("pure")) {
        ENGINE = PURE;
        REASON = "the system property " + PROPERTY + " asks for it";
      } else {
        String problem = NativeLibrary.load();
        if (problem != null && wanted.equals("native")) {
          throw new IllegalStateException("no native engine: " + problem);
        }
        ENGINE = problem == null ? NATIVE : PURE;
        REASON = problem == null ? "native library for " + NativeLibrary.platform() : problem;
      }
    }
  }

  /**
   * Returns the engine that this process uses.
   *
   * @throws IllegalStateException if the system property asks for the native engine and it cannot
   *     be loaded
   */
  public static Engine current() {
    return Chosen.ENGINE;
  }

  /** Returns why this process uses the current engine, for logs and reports of problems. */
  public static String reason() {
    return Chosen.REASON;
  }

  WasmInstance open(Program program) {
    return this == NATIVE ? new NativeInstance(program) : new PureInstance(program);
  }
}
