import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Converter,
  documentOf,
  MissingConverterError,
  RefusedSchemaError,
} from "./converter.js";
import { protoJsonWays } from "./proto-json.js";

const MODULE = "github.com/duh-rpc/openapi-proto.go";
/** The newest commit, of 2025-11-10. */
const COMMIT = "5a2409bf459ad5de995a432d5df57041dbb3f8e6";
const PACKAGE = "compared";

/**
 * Builds a program with openapi-proto.go, which is a library for Go.
 *
 * @param checkout A checkout of its repository, for machines that cannot fetch it.
 * @throws {MissingConverterError} if it cannot be had.
 */
export function openApiProto(folder: string, checkout: string | undefined): Converter {
  const source = join(folder, "openapi-proto");
  mkdirSync(source);
  copyFileSync(join(import.meta.dirname, "openapi-proto.go"), join(source, "main.go"));
  writeFileSync(join(source, "go.mod"), "module stepwire.example/openapi-proto\n\ngo 1.24.7\n");
  if (checkout === undefined) {
    go(source, ["get", `${MODULE}@${COMMIT}`]);
  } else {
    go(source, ["mod", "edit", "-require", `${MODULE}@v0.0.0`]);
    go(source, ["mod", "edit", "-replace", `${MODULE}=${checkout}`]);
    go(source, ["mod", "tidy"]);
  }
  const program = join(source, "convert");
  go(source, ["build", "-o", program, "."]);
  return {
    name: "openapi-proto.go",
    version: `commit ${COMMIT.slice(0, 7)} of 2025-11-10`,
    convert(converterCase) {
      const { root } = converterCase;
      const { status, stdout, stderr } = spawnSync(program, [PACKAGE], {
        input: documentOf(converterCase),
        encoding: "utf8",
      });
      if (status !== 0) {
        throw new RefusedSchemaError(stderr);
      }
      return { files: new Map([["models.proto", stdout]]), message: `${PACKAGE}.${root}` };
    },
    waysOf: protoJsonWays,
  };
}

function go(cwd: string, parameters: readonly string[]): void {
  const { status, error, stderr } = spawnSync("go", parameters, { cwd, encoding: "utf8" });
  if (status !== 0) {
    throw new MissingConverterError(error?.message ?? stderr.trim());
  }
}
