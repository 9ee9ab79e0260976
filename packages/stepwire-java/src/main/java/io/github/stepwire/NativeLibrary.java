package io.github.stepwire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;

/** Finds the native library for this platform in the jar, and loads it. */
final class NativeLibrary {
  /** The path of a library file to load instead of the one in the jar. */
  private static final String PATH_PROPERTY = "stepwire.library";

  private static final System.Logger LOGGER = System.getLogger("io.github.stepwire");

  private static final Map<String, String> PROCESSORS =
      Map.of("amd64", "x86_64", "x86_64", "x86_64", "aarch64", "aarch64", "arm64", "aarch64");

  private NativeLibrary() {}

  /** Returns the name of this platform, as in {@code linux-x86_64}. */
  static String platform() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String system =
        name.startsWith("mac") ? "macos" : name.startsWith("windows") ? "windows" : name;
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return (system + "-" + PROCESSORS.getOrDefault(processor, processor)).replace(' ', '_');
  }

  /** Loads the library. Returns null, or why it cannot be loaded. */
  static String load() {
    try {
      String given = System.getProperty(PATH_PROPERTY);
      if (given != null) {
        System.load(Path.of(given).toAbsolutePath().toString());
        return null;
      }
      String file = System.mapLibraryName("stepwire_java");
      try (InputStream library =
          NativeLibrary.class.getResourceAsStream("native/" + platform() + "/" + file)) {
        if (library == null) {
          // Nothing is wrong: the package has no library for this platform.
          String reason = "the package has no native library for " + platform();
          LOGGER.log(System.Logger.Level.INFO, reason + "; conversions are several times slower");
          return reason;
        }
        loadCopy(library, file);
        return null;
      }
    } catch (IOException | SecurityException | UnsatisfiedLinkError error) {
      String reason = "the native library for " + platform() + " cannot be loaded: " + error;
      LOGGER.log(System.Logger.Level.WARNING, reason + "; conversions are several times slower");
      return reason;
    }
  }

  /** The system loads files only. */
  private static void loadCopy(InputStream library, String file) throws IOException {
    // Only this user can write to the folder.
    Path folder = Files.createTempDirectory("stepwire-");
    Path copy = folder.resolve(file);
    try {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      System.load(copy.toString());
    } finally {
      // Windows keeps loaded files; they are deleted when the process ends, if possible.
      if (!copy.toFile().delete()) {
        copy.toFile().deleteOnExit();
      }
      if (!folder.toFile().delete()) {
        folder.toFile().deleteOnExit();
      }
    }
  }
}
