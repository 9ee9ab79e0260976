import type { DescMessage } from "@bufbuild/protobuf";
import { compareJson, minifyJson } from "@stepwire/json";
import { getDocumentArms } from "@stepwire/mapping";
import {
  decodeEventsToBinary,
  type EventFrame,
  encodeEventFromBinary,
  splitEvents,
} from "@stepwire/openai-sse";
import { archiveSizePrefix, countVerbatim, documentPrefix } from "@stepwire/wire";
import { documentSchema } from "../corpus/model.js";

/** Streams that lost their blank lines are split too; payloads that are not JSON are kept. */
const reading = { mode: "archive", framing: "lenient" } as const;

/** One event of a stream in both forms. */
export interface MeasuredEvent {
  /** The name; empty if the event has none. */
  readonly name: string;
  /** Whether the payload is text and not JSON, and does not end the stream. */
  readonly isText: boolean;
  /** The server-sent event, with a payload without white space. */
  readonly sse: Uint8Array;
  /** The event message. */
  readonly binary: Uint8Array;
  /** Number of bytes of the message if the name is unknown, and of a payload that is not JSON. */
  readonly verbatim: number;
  /** Number of bytes of the message for parts that the schema does not describe. */
  readonly residue: number;
}

/** A stream in both forms. */
export interface MeasuredStream {
  readonly events: readonly MeasuredEvent[];
  readonly sse: Uint8Array;
  /** The archive that `stepwire pack` writes. */
  readonly archive: Uint8Array;
}

/**
 * Converts a stream to binary.
 *
 * @throws {Error} if an event does not come back equal.
 */
export async function measureStream(
  schema: DescMessage,
  name: string,
  bytes: Uint8Array,
): Promise<MeasuredStream> {
  const frames = splitEvents(schema, [bytes], reading);
  const events: MeasuredEvent[] = [];
  for await (const shared of decodeEventsToBinary(schema, [bytes], reading)) {
    const binary = shared.slice();
    const { value: frame } = await frames.next();
    const again = await splitEvents(schema, [encodeEventFromBinary(schema, binary)]).next();
    const place = `${name}: event ${events.length + 1}`;
    if (frame === undefined || again.value === undefined) {
      throw new Error(`${place} is lost`);
    }
    const before = readFrame(frame);
    checkEqual(before, readFrame(again.value), place);
    const counts = countVerbatim(schema, binary);
    events.push({
      name: before.name,
      isText: counts.text > 0,
      sse: writeEvent(before),
      binary,
      verbatim: counts.other + counts.text,
      residue: counts.residue,
    });
  }
  return {
    events,
    sse: Buffer.concat(events.map(({ sse }) => sse)),
    archive: Buffer.concat(events.flatMap(({ binary }) => archived(schema, binary))),
  };
}

function archived(schema: DescMessage, binary: Uint8Array): Uint8Array[] {
  const arm = getDocumentArms(documentSchema).find(({ message }) => message === schema);
  if (arm === undefined) {
    throw new Error(`${schema} is not an arm of ${documentSchema}`);
  }
  const prefix = documentPrefix(arm.field.number, binary.length);
  return [archiveSizePrefix(prefix.length + binary.length), prefix, binary];
}

interface EventText {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: string | undefined;
}

function readFrame({ name, id, data }: EventFrame): EventText {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
  return { name: text(name), id: id && text(id), data: data && text(data) };
}

function writeEvent({ name, id, data }: EventText): Uint8Array {
  const lines = [
    ...(name === "" ? [] : [`event: ${name}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined
      ? []
      : minifyJson(data)
          .split("\n")
          .map((line) => `data: ${line}`)),
  ];
  return Buffer.from(`${lines.join("\n")}\n\n`);
}

function checkEqual(before: EventText, after: EventText, place: string): void {
  const isSame =
    before.name === after.name && before.id === after.id && isSamePayload(before.data, after.data);
  if (!isSame) {
    throw new Error(`${place} does not come back equal`);
  }
}

function isSamePayload(before: string | undefined, after: string | undefined): boolean {
  return (
    before === after ||
    (before !== undefined && after !== undefined && compareJson(before, after).length === 0)
  );
}
