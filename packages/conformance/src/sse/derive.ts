import type { DescMessage } from "@bufbuild/protobuf";
import {
  createEventBlockDecoder,
  type EventDecodeOptions,
  type EventFrame,
  EventStreamError,
  encodeEventsFromBinary,
  splitEvents,
} from "@stepwire/openai-sse";
import { schemaNamed } from "../schemas.js";
import type {
  EventRefusal,
  EventVectorOptions,
  EventViolation,
  ReadVector,
  WriteVector,
} from "./format.js";

/** What a reader makes of a stream. */
export interface ReadEvents {
  /** The messages in hexadecimal. */
  readonly events: readonly string[];
  readonly refusals: readonly EventRefusal[];
  /** Whether the last refusal ended the stream. */
  readonly isBroken: boolean;
}

/** What a writer makes of a message. */
export interface WrittenEvent {
  readonly text?: string;
  readonly violations?: readonly EventViolation[];
}

/** Reads a stream by `@stepwire/openai-sse`, and continues after each refused event. */
export async function readStream(
  schema: DescMessage,
  stream: Uint8Array,
  { mode, maxEventBytes, maxDepth = 100, framing }: EventVectorOptions,
): Promise<ReadEvents> {
  const refused: EventStreamError[] = [];
  const options: EventDecodeOptions = {
    mode,
    framing,
    maxEventBytes,
    maxDepth: maxDepth - 1,
    onRefused: (error) => refused.push(error),
  };
  const events: string[] = [];
  let isBroken = false;
  const decoder = createEventBlockDecoder(schema, options);
  const takeAll = (): void => {
    for (let block = decoder.next(); block !== undefined; block = decoder.next()) {
      events.push(...block.map((bytes) => Buffer.from(bytes).toString("hex")));
    }
  };
  try {
    decoder.feed(stream);
    takeAll();
    decoder.close();
    takeAll();
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    refused.push(error);
    isBroken = true;
  }
  const payloads =
    refused.length === 0 ? [] : await payloadsOf(splitEvents(schema, [stream], options));
  const refusals = refused.map(({ event, violations }) => ({
    event,
    violations: violations.map(({ code, pointer, offset }) => ({
      code,
      pointer: pointer.toWellFormed(),
      // Errors count code units.
      ...(offset !== undefined && {
        offset: Buffer.byteLength(payloads[event]?.slice(0, offset) ?? ""),
      }),
    })),
  }));
  return { events, refusals, isBroken };
}

/** Returns the payloads of the events before the one that ends the stream. */
async function payloadsOf(frames: AsyncIterable<EventFrame>): Promise<string[]> {
  const payloads: string[] = [];
  try {
    for await (const { data } of frames) {
      payloads.push(Buffer.from(data ?? []).toString());
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
  }
  return payloads;
}

/** Writes a message by `@stepwire/openai-sse`. */
export function writeMessage(schema: DescMessage, message: Uint8Array): WrittenEvent {
  try {
    return { text: Buffer.from(encodeEventsFromBinary(schema, [message])).toString() };
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    const violations = error.violations.map(({ code, pointer }) => ({
      code,
      pointer: pointer.toWellFormed(),
    }));
    return { violations };
  }
}

/** A stream to make a vector of. */
export interface StreamToRead {
  readonly name: string;
  readonly schema: string;
  readonly sse: string | Uint8Array;
  readonly options?: EventVectorOptions | undefined;
}

export async function deriveRead({
  name,
  schema,
  sse,
  options,
}: StreamToRead): Promise<ReadVector> {
  const message = schemaNamed(schema);
  const bytes = typeof sse === "string" ? Buffer.from(sse) : Buffer.from(sse);
  const { events, refusals, isBroken } = await readStream(message, bytes, options ?? {});
  const written = events
    .map((event) => writeMessage(message, Buffer.from(event, "hex")).text ?? "")
    .join("");
  return {
    name,
    schema,
    ...(options && { options }),
    ...(typeof sse === "string" ? { sse } : { sseBase64: bytes.toString("base64") }),
    events,
    ...(refusals.length > 0 && { refusals }),
    ...(isBroken && { isBroken }),
    ...(written !== sse && { written }),
  };
}

export function deriveWrite(name: string, schema: string, message: Uint8Array): WriteVector {
  const { text, violations } = writeMessage(schemaNamed(schema), message);
  return {
    name,
    schema,
    event: Buffer.from(message).toString("hex"),
    ...(text !== undefined && { written: text }),
    ...(violations && { violations }),
  };
}
