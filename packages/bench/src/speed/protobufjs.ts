import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { DescMessage } from "@bufbuild/protobuf";
import pbjs from "protobufjs-cli/pbjs.js";

/** A message class as protobufjs generates it; only what is measured. */
interface StaticMessage {
  fromObject(value: object): object;
  toObject(message: object, options: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(binary: Uint8Array): object;
}

/** protobufjs with static code for a message type. */
export interface ProtobufJs {
  /** Reads a message as an object. Its form is that of protobufjs, not OpenAI's. */
  readObject(binary: Uint8Array): object;
  writeObject(value: object): Uint8Array;
}

const packageFolder = join(import.meta.dirname, "../..");
const root = join(packageFolder, "../..");

/** Generates protobufjs' static code and gives what converts messages of a type. */
export async function loadProtobufJs(): Promise<(schema: DescMessage) => ProtobufJs> {
  const output = join(packageFolder, "build/protobufjs.js");
  mkdirSync(join(packageFolder, "build"), { recursive: true });
  await promisify(pbjs.main)([
    "--target=static-module",
    "--wrap=es6",
    "--keep-case",
    "--no-create",
    "--no-verify",
    "--no-delimited",
    `--path=${join(root, "proto")}`,
    `--out=${output}`,
    join(root, "proto/stepwire/v1/document.proto"),
  ]);
  const generated: unknown = await import(pathToFileURL(output).href);
  return (schema) => {
    // The names of the generated classes are those of the schema.
    const type = schema.typeName
      .split(".")
      .reduce(
        (scope, name) => (scope as Record<string, unknown>)[name],
        generated,
      ) as StaticMessage;
    return {
      readObject: (binary) => type.toObject(type.decode(binary), { enums: String, longs: Number }),
      writeObject: (value) => type.encode(type.fromObject(value)).finish(),
    };
  };
}
