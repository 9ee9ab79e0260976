import type { DescMessage } from "@bufbuild/protobuf";
import { formatJson } from "@stepwire/json";
import { formatViolation, OpenAIJsonError } from "@stepwire/openai-json";
import { findProblem, visitAnnotations } from "@stepwire/wire";
import type { ReadBytes, UnreadableBytes } from "../../model/bytes.js";
import type { DocumentType } from "../../model/conversion.js";
import { describeType, documentType } from "../schema.js";
import { transcoderFor } from "../transcoders.js";
import { fileOrText } from "./text.js";

type Own = "size" | "compression" | "spelling";

/** What bytes are found to be, without what is known of every file. */
export type Found = Omit<ReadBytes, Own> | Omit<UnreadableBytes, Own>;

/** How a message is read. */
export interface MessageOptions {
  readonly schema: DescMessage;
  readonly alternatives: readonly string[];
  /** Whether the reader chose the type. */
  readonly isChosen: boolean;
}

/** Reads one message as JSON. */
export async function readMessage(
  bytes: Uint8Array<ArrayBuffer>,
  { schema, alternatives, isChosen }: MessageOptions,
): Promise<Found> {
  const type = describeType(schema);
  const common = { layout: "message", type, documents: 1, labels: [] } as const;
  const wrong = findProblem(schema, bytes);
  if (wrong !== undefined) {
    const place = wrong.path === "" ? "" : ` (${wrong.path})`;
    const found = `offset ${wrong.offset}${place}: ${wrong.message}`;
    return { kind: "unreadable", ...common, problem: `${intro(type, isChosen)} ${found}.` };
  }
  const transcoder = await transcoderFor(schema, "archive");
  try {
    const json = transcoder.toJson(bytes);
    const whole = fileOrText(json);
    return {
      kind: "read",
      ...common,
      alternatives,
      form: "json",
      text: typeof whole === "string" ? `${formatJson(whole)}\n` : whole,
      unknownBytes: unknownBytes(schema, bytes),
      isCanonical: isEqual(transcoder.toBinary(json), bytes),
    };
  } catch (reason) {
    const [violation] = reason instanceof OpenAIJsonError ? reason.violations : [];
    if (violation === undefined) {
      throw reason;
    }
    const problem = `${intro(type, isChosen)} ${formatViolation(violation)}.`;
    return { kind: "unreadable", ...common, problem };
  }
}

function intro({ name, label }: DocumentType, isChosen: boolean): string {
  if (isChosen) {
    return `These bytes are not a message of the type ${label}. Choose another type, or let it be detected. Found at`;
  }
  const closest =
    name === documentType.name ? "Found at" : `The closest type is ${label}. Found at`;
  return `No type fits these bytes: check that they are complete, or choose what they are. ${closest}`;
}

/** Returns the size of the fields that a schema does not know. */
export function unknownBytes(schema: DescMessage, bytes: Uint8Array): number {
  let size = 0;
  visitAnnotations(schema, bytes, {
    annotation: ({ content, tag, value }) => {
      size += content.kind === "unknown" ? value.end - tag.start : 0;
    },
  });
  return size;
}

/** Returns whether two sequences of bytes are equal. */
export function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
