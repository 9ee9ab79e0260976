import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";
import {
  ACCUMULATION_PROTO,
  CONVERSION_PROTO,
  type Conversion,
  readConversion,
} from "./conversion.ts";
import { goConversion } from "./go.ts";
import { javaAccumulationCode, javaCode, javaMode, javaResultCode } from "./java.ts";
import { pythonConversion } from "./python.ts";
import { rustConversion } from "./rust.ts";

/** Writes the text of a file. */
type Template = (conversion: Conversion) => string;

const javaFolder = "stepwire-java/target/generated-sources/protobuf/io/github/stepwire";

/** The files with the modes and codes, by language; paths are relative to `packages`. */
export const templates: Readonly<
  Record<"go" | "java" | "python" | "rust", Readonly<Record<string, Template>>>
> = {
  go: { "stepwire-go/conversion.go": goConversion },
  java: {
    [`${javaFolder}/AccumulationCode.java`]: javaAccumulationCode,
    [`${javaFolder}/Code.java`]: javaCode,
    [`${javaFolder}/Mode.java`]: javaMode,
    [`${javaFolder}/ResultCode.java`]: javaResultCode,
  },
  python: { "stepwire-py/src/stepwire/conversion.py": pythonConversion },
  rust: { "stepwire-rs/src/gen/conversion.rs": rustConversion },
};

/**
 * Writes the modes and codes as a language's package exports them. The enums that protoc generates
 * are no substitute: they have a value 0 and prefixes, and their strings are not those of the
 * package.
 */
export async function writeConversion(language: keyof typeof templates): Promise<CommandResult> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-"));
  try {
    const output = join(folder, "conversion.binpb");
    const paths = [CONVERSION_PROTO, ACCUMULATION_PROTO].flatMap((path) => [
      "--path",
      `proto/${path}`,
    ]);
    const built = await run(["buf", "build", ...paths, "-o", output]);
    if (!built.succeeded) {
      return built;
    }
    const conversion = readConversion(readFileSync(output));
    for (const [path, template] of Object.entries(templates[language])) {
      const file = join(root, "packages", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, template(conversion));
    }
    return built;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
