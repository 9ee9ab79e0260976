import type { DescMessage } from "@bufbuild/protobuf";
import { compareJson } from "@stepwire/json";
import {
  decodeEventsToBinary,
  EventStreamError,
  encodeEventFromBinary,
} from "@stepwire/openai-sse";
import { archiveSizePrefix } from "@stepwire/wire";
import { joinBytes } from "@stepwire/wire/internal";
import type { Mode, PlacedDifference } from "../model/conversion.js";
import {
  type Converted,
  type ConverterOptions,
  RefusedInput,
  type Report,
  type SourceText,
} from "./converted.js";
import { eventSchemaOf } from "./event-schema.js";
import { type FramePlace, frameData, locateFrames } from "./frames.js";
import { spansOf } from "./spans.js";

const CHUNK_BYTES = 1 << 18;

/**
 * Converts the events of a transcript to binary events, each preceded by its size, and back.
 *
 * @throws {RefusedInput} if one is refused.
 */
export async function convertEvents(
  { text, bytes, isSmall }: SourceText,
  { mode, schema: chosen }: ConverterOptions,
  report: Report,
): Promise<Converted> {
  const schema = await eventSchemaOf(text, chosen);
  if (isSmall) {
    // The first run is slower, so it is not measured.
    toEvents(schema, await toBinary(schema, bytes, mode, report), report);
  }
  const start = performance.now();
  const binary = await toBinary(schema, bytes, mode, report);
  const middle = performance.now();
  const back = toEvents(schema, binary, report);
  const end = performance.now();
  return {
    schema,
    binary,
    spans: spansOf(binary),
    back,
    differences: compareFrames(text, back, report),
    milliseconds: { toBinary: middle - start, toJson: end - middle },
  };
}

function toEvents(schema: DescMessage, binary: Uint8Array, report: Report): string {
  const pieces = spansOf(binary).map(({ start, end }, index) => {
    if (index % 1000 === 0) {
      report({ stage: "Converting back", done: start, total: binary.length });
    }
    return encodeEventFromBinary(schema, binary.subarray(start, end));
  });
  return new TextDecoder().decode(joinBytes(pieces));
}

async function toBinary(
  schema: DescMessage,
  bytes: Uint8Array<ArrayBuffer>,
  mode: Mode,
  report: Report,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  try {
    for await (const event of decodeEventsToBinary(schema, chunksOf(bytes, report), {
      mode,
    })) {
      parts.push(archiveSizePrefix(event.length), event);
    }
  } catch (reason) {
    if (reason instanceof EventStreamError) {
      const { event: document, violations } = reason;
      throw new RefusedInput(violations.map((violation) => ({ document, ...violation })));
    }
    throw reason;
  }
  return joinBytes(parts);
}

async function* chunksOf(
  bytes: Uint8Array<ArrayBuffer>,
  report: Report,
): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    report({ stage: "Converting to binary", done: start, total: bytes.length });
    yield await Promise.resolve(bytes.subarray(start, start + CHUNK_BYTES));
  }
}

/** Events are equal if they have the same name and the same payload. */
function compareFrames(text: string, back: string, report: Report): PlacedDifference[] {
  const differences: PlacedDifference[] = [];
  const found = locateFrames(back);
  let document = 0;
  for (const frame of locateFrames(text)) {
    const other = found.next().value;
    const expected = documentText(text, frame);
    const actual = other === undefined ? "null" : documentText(back, other);
    for (const difference of compareJson(expected, actual)) {
      differences.push({ document, ...difference });
    }
    document++;
    if (document % 1000 === 0) {
      report({ stage: "Comparing", done: frame.start, total: text.length });
    }
  }
  return differences;
}

/** Returns an event as a JSON document; a payload that is not JSON becomes a string. */
function documentText(text: string, frame: FramePlace): string {
  const name =
    frame.event === undefined ? "message" : text.slice(frame.event.start, frame.event.end);
  const data = frameData(text, frame);
  const payload = /^\s*[{"]/.test(data) ? data : JSON.stringify(data);
  return `{"event":${JSON.stringify(name)},"data":${payload}}`;
}
