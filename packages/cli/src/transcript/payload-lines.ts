import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { getMessageMapping } from "@stepwire/mapping";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { decodeEventsToBinary, EventStreamError, splitEvents } from "@stepwire/openai-sse";
import { joinBytes } from "@stepwire/wire/internal";
import type { Source } from "../files/source.js";

/*
 * Recordings of streams with one payload of an event on each line. Blank lines are skipped.
 */

const INPUT_BYTES = 64 * 1024;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DATA = Buffer.from("data: ");
const EVENT_END = Buffer.from("\n\n");
const NOTHING = new Uint8Array(0);

/** Returns the lines of a source as server-sent events without names. */
export function payloadEvents(source: Source): Source {
  const input = new Uint8Array(INPUT_BYTES);
  let pending: Uint8Array = NOTHING;
  let isInLine = false;
  let ended = false;
  const convert = (bytes: Uint8Array): Uint8Array => {
    const parts: Uint8Array[] = [];
    let position = 0;
    while (position < bytes.length) {
      if (!isInLine) {
        position = skipBlank(bytes, position);
        if (position === bytes.length) {
          break;
        }
        parts.push(DATA);
        isInLine = true;
      }
      const end = bytes.indexOf(LINE_FEED, position);
      parts.push(bytes.subarray(position, end === -1 ? bytes.length : end));
      position = end === -1 ? bytes.length : end + 1;
      if (end !== -1) {
        parts.push(EVENT_END);
        isInLine = false;
      }
    }
    return joinBytes(parts);
  };
  return {
    name: source.name,
    async read(buffer) {
      let filled = 0;
      while (filled < buffer.length) {
        if (pending.length === 0) {
          if (ended) {
            break;
          }
          const size = await source.read(input);
          ended = size === 0;
          pending = convert(withoutReturns(input.subarray(0, size)));
          continue;
        }
        const piece = pending.subarray(0, buffer.length - filled);
        buffer.set(piece, filled);
        filled += piece.length;
        pending = pending.subarray(piece.length);
      }
      return filled;
    },
    close: () => source.close(),
  };
}

/** Replaces carriage returns by spaces. In JSON, both are white space; in an event, they end a line. */
function withoutReturns(bytes: Uint8Array): Uint8Array {
  for (
    let at = bytes.indexOf(CARRIAGE_RETURN);
    at !== -1;
    at = bytes.indexOf(CARRIAGE_RETURN, at)
  ) {
    bytes[at] = SPACE;
  }
  return bytes;
}

function skipBlank(bytes: Uint8Array, start: number): number {
  let position = start;
  for (; position < bytes.length; position++) {
    const byte = bytes[position];
    if (byte !== SPACE && byte !== TAB && byte !== LINE_FEED) {
      break;
    }
  }
  return position;
}

/**
 * Returns the line for a server-sent event, or why it cannot be a line: what is not in its payload
 * would be lost.
 */
export async function payloadLine(
  schema: DescMessage,
  event: Uint8Array,
  maxDepth: number,
): Promise<{ readonly text: Uint8Array } | { readonly problem: string }> {
  const { value: frame } = await splitEvents(schema, [event]).next();
  if (frame?.data === undefined || frame.data.length === 0) {
    return { problem: "has no payload" };
  }
  if (frame.data.includes(LINE_FEED)) {
    return { problem: "has a payload of several lines" };
  }
  if (frame.id !== undefined) {
    return { problem: "has an identifier" };
  }
  const name = Buffer.from(frame.name).toString();
  const text = Buffer.concat([frame.data, EVENT_END.subarray(1)]);
  return name === "" || name === (await nameOf(schema, text, maxDepth))
    ? { text }
    : { problem: `has the name ${JSON.stringify(name)}, which its payload does not have` };
}

/** Returns the name of the event of a payload; undefined if the payload is no event alone. */
async function nameOf(
  schema: DescMessage,
  payload: Uint8Array,
  maxDepth: number,
): Promise<unknown> {
  const stream = [DATA, payload, EVENT_END];
  try {
    for await (const binary of decodeEventsToBinary(schema, stream, { maxDepth })) {
      const document: unknown = JSON.parse(stringifyOpenAI(schema, fromBinary(schema, binary)));
      const mapping = getMessageMapping(schema);
      const [union] = mapping.kind === "object" ? mapping.unions : [];
      return Reflect.get(Object(document), union?.tag ?? "");
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
  }
  return undefined;
}
