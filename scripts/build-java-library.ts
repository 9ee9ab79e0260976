/*
 * Builds the native library of the Java package for this platform, into the resources of its jar.
 *
 *   node scripts/build-java-library.ts
 */
import { buildJavaLibrary } from "./library/languages/java-library.ts";

const { succeeded, output } = await buildJavaLibrary();
process.stdout.write(output);
process.exitCode = succeeded ? 0 : 1;
