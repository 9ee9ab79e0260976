import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { documentContent } from "@stepwire/wire";
import { documentSchema } from "../corpus/model.js";

/** One document in the forms that are compared. */
export interface SizedDocument {
  /** Without white space between tokens. */
  readonly json: Uint8Array;
  readonly schema: DescMessage;
  /** The message itself. */
  readonly binary: Uint8Array;
  /** The message with its size before it, as in an archive. */
  readonly archived: Uint8Array;
}

/** The documents of a folder and all folders below it, in the order of their names. */
export function readFolder(folder: string): SizedDocument[] {
  return globSync("**/*.{json,jsonl}", { cwd: folder })
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const texts = file.endsWith(".jsonl") ? text.split("\n") : [text];
      return texts.filter((each) => each.trim() !== "").map(readDocument);
    });
}

function readDocument(text: string): SizedDocument {
  const document = parseOpenAI(documentSchema, text, { mode: "archive" });
  const binary = toBinary(documentSchema, document);
  const { schema, start } = documentContent(documentSchema, binary);
  return {
    json: Buffer.from(stringifyOpenAI(documentSchema, document)),
    schema,
    binary: binary.subarray(start),
    archived: sizeDelimitedEncode(documentSchema, document),
  };
}
