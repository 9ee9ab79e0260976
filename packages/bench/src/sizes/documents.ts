import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import {
  type Document,
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";

/** One document in the forms that are compared. */
export interface SizedDocument {
  /** Without white space between tokens. */
  readonly json: Uint8Array;
  readonly schema: DescMessage;
  /** The message itself. */
  readonly binary: Uint8Array;
  /** The message as it stands in an archive, behind its size. */
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
  const document = parseOpenAI(DocumentSchema, text, { mode: "archive" });
  const { schema, message } = content(document);
  return {
    json: Buffer.from(stringifyOpenAI(DocumentSchema, document)),
    schema,
    binary: toBinary(schema, message),
    archived: sizeDelimitedEncode(DocumentSchema, document),
  };
}

/** The message within a document; the document if it is an object of another kind. */
function content(document: Document): { schema: DescMessage; message: Message } {
  const { document: arm } = document;
  switch (arm.case) {
    case "runStep":
      return { schema: RunStepSchema, message: arm.value };
    case "runStepDelta":
      return { schema: RunStepDeltaSchema, message: arm.value };
    case "runStepList":
      return { schema: RunStepListSchema, message: arm.value };
    case "streamEvent":
      return { schema: StreamEventSchema, message: arm.value };
    default:
      return { schema: DocumentSchema, message: document };
  }
}
