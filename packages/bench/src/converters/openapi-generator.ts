import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Converter,
  documentOf,
  MissingConverterError,
  RefusedSchemaError,
} from "./converter.js";
import { protoJsonWays } from "./proto-json.js";

// renovate: datasource=maven depName=org.openapitools:openapi-generator-cli
const VERSION = "7.25.0";
const PACKAGE = "compared";
const java = join(import.meta.dirname, "../../../stepwire-java");
const maven = process.platform === "win32" ? "mvnw.cmd" : "./mvnw";
/** Those with which most schemas compile and most documents come back. */
const OPTIONS = `addJsonNameAnnotation=true,aggregateModelsName=models,packageName=${PACKAGE}`;

/**
 * Fetches openapi-generator from Maven Central.
 *
 * @throws {MissingConverterError} if it cannot be had.
 */
export function openApiGenerator(folder: string): Converter {
  const fetched = spawnSync(
    maven,
    [
      "-q",
      "-B",
      "dependency:copy",
      `-Dartifact=org.openapitools:openapi-generator-cli:${VERSION}`,
      `-DoutputDirectory=${folder}`,
    ],
    { cwd: java, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (fetched.status !== 0) {
    throw new MissingConverterError(fetched.error?.message ?? fetched.stdout.trim());
  }
  const jar = join(folder, `openapi-generator-cli-${VERSION}.jar`);
  return {
    name: "openapi-generator, `protobuf-schema`",
    version: VERSION,
    convert(converterCase) {
      const { root } = converterCase;
      const output = mkdtempSync(join(tmpdir(), "stepwire-openapi-generator-"));
      try {
        const input = join(output, "document.json");
        writeFileSync(input, documentOf(converterCase));
        const parameters = ["generate", "-g", "protobuf-schema", "-i", input, "-o", output];
        const result = spawnSync(
          "java",
          ["-jar", jar, ...parameters, `--additional-properties=${OPTIONS}`],
          { encoding: "utf8" },
        );
        if (result.status !== 0) {
          throw new RefusedSchemaError(result.stderr);
        }
        const paths = globSync("**/*.proto", { cwd: output });
        const files = paths.map(
          (path) => [path, readFileSync(join(output, path), "utf8")] as const,
        );
        return { files: new Map(files), message: `${PACKAGE}.${root}` };
      } finally {
        rmSync(output, { recursive: true });
      }
    },
    waysOf: protoJsonWays,
  };
}
