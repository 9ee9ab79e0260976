import { createHash } from "node:crypto";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { AccumulationError, createAccumulator, type Ending } from "@stepwire/accumulate";
import { chatStreams, corpusStreams, responsesStreams } from "@stepwire/testing";
import { schemaNamed } from "../schemas.js";
import { readStream, writeMessage } from "../sse/derive.js";

/** A stream of the corpus. */
export interface CorpusEvents {
  readonly name: string;
  /** The full name of the event message. */
  readonly schema: string;
  readonly bytes: Uint8Array;
  /** Absent for streams with blank lines between their events. */
  readonly framing?: "lenient";
}

/** What other languages must make of a stream, read in mode `archive`. */
export interface CorpusResult extends Omit<CorpusEvents, "bytes"> {
  /** The file with the stream. */
  readonly file: string;
  readonly events: number;
  /** SHA-256 of the size-delimited messages. */
  readonly messages: string;
  /** SHA-256 of the events, written as server-sent events again. */
  readonly written: string;
  /** The accumulated objects, in the order of their types and first events. */
  readonly objects: readonly {
    readonly type: string;
    readonly id: string;
    /** SHA-256 of the message. */
    readonly message: string;
  }[];
  readonly ended: Ending | null;
  /** The numbers of the events that accumulation refuses. They change nothing. */
  readonly refused: readonly number[];
}

/** Streams without blank lines between their events. */
const unframed: readonly string[] = ["sse/030-openai-php-threadrunstreamresponse.sse"];

/** Returns the streams of the corpus; none if it is missing. */
export function corpusEvents(): CorpusEvents[] {
  const runs = corpusStreams().map(({ name, bytes }) => ({
    name,
    bytes,
    schema: "stepwire.v1.StreamEvent",
    ...(unframed.includes(name) && { framing: "lenient" as const }),
  }));
  const chat = chatStreams().map(({ name, bytes }) => ({
    name,
    bytes,
    schema: "stepwire.chat.v1.ChatCompletionStreamEvent",
  }));
  const responses = (["named", "unnamed"] as const).flatMap((lines) =>
    responsesStreams(lines).map(({ name, bytes }) => ({
      name: `${name} (${lines})`,
      bytes,
      schema: "stepwire.responses.v1.ResponseStreamEvent",
    })),
  );
  return [...runs, ...chat, ...responses];
}

/** Returns what a stream becomes. */
export async function corpusResult(stream: CorpusEvents, file: string): Promise<CorpusResult> {
  const { name, schema, bytes, framing } = stream;
  const desc = schemaNamed(schema);
  const read = await readStream(desc, bytes, { mode: "archive", ...(framing && { framing }) });
  if (read.refusals.length > 0) {
    throw new Error(`${name} is refused in mode archive`);
  }
  const messages = read.events.map((event) => Buffer.from(event, "hex"));
  const accumulator = createAccumulator(desc);
  const refused: number[] = [];
  for (const [number, message] of messages.entries()) {
    try {
      accumulator.apply(fromBinary(desc, message));
    } catch (error) {
      if (!(error instanceof AccumulationError)) {
        throw error;
      }
      refused.push(number);
    }
  }
  const objects = accumulator.schemas.flatMap((type) =>
    accumulator.objects(type).map((object) => {
      const id = "id" in object && typeof object.id === "string" ? object.id : "";
      return { type: type.typeName, id, message: hash([toBinary(type, object)]) };
    }),
  );
  return {
    name,
    file,
    schema,
    ...(framing && { framing }),
    events: messages.length,
    messages: hash(messages.flatMap((message) => [sizeOf(message), message])),
    written: hash(messages.map((each) => Buffer.from(writeMessage(desc, each).text ?? ""))),
    objects,
    ended: accumulator.ended ?? null,
    refused,
  };
}

function hash(parts: readonly Uint8Array[]): string {
  const sum = createHash("sha256");
  for (const part of parts) {
    sum.update(part);
  }
  return sum.digest("hex");
}

/** Returns the size of a message as a varint. */
function sizeOf({ length }: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) | 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}
