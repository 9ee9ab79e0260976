import type { DescMessage } from "@bufbuild/protobuf";
import { compareJson, JsonError, minifyJson } from "@stepwire/json";
import { getMessageMapping } from "@stepwire/mapping";
import type { Mode } from "@stepwire/openai-json";
import {
  decodeEventsToBinary,
  type EventFrame,
  EventStreamError,
  encodeEventFromBinary,
  splitEvents,
} from "@stepwire/openai-sse";
import { countVerbatim } from "@stepwire/wire";
import { undescribedBytes } from "@stepwire/wire/internal";
import { chunksOf, type Source } from "../files/source.js";
import type { EventTypes } from "../schema/event-types.js";
import type { Model } from "../schema/model.js";
import { chooseReading } from "../transcript/choose-reading.js";
import type { EventReadOptions, Framing, FramingChoice } from "../transcript/options.js";
import { explainEvent } from "../transcript/refusal.js";
import { Rereadable } from "../transcript/rereadable.js";
import { tee } from "../transcript/tee.js";
import {
  countResidue,
  describeDifference,
  type ResidueCounts,
  type RoundtripResult,
} from "./result.js";
import { addResidue } from "./summary.js";

/** Options for the round trip of a transcript. */
export interface TranscriptOptions {
  readonly types: EventTypes;
  readonly mode: Mode;
  readonly reading: EventReadOptions<FramingChoice>;
}

/**
 * Converts a transcript to binary and back, event by event, and compares each event: its name, its
 * identifier if the schema has a field for it, and its payload. Stops at the first event that is
 * refused or different.
 */
export async function roundtripTranscript(
  model: Model,
  source: Source,
  { types, mode, reading }: TranscriptOptions,
): Promise<RoundtripResult> {
  const chunks = new Rereadable(chunksOf(source));
  const { type, options: chosen } = await chooseReading(types, chunks, reading);
  const { schema } = type;
  const total = new EventTotal(schema, chosen);
  const options = { ...chosen, mode };
  const [forFrames, forEvents] = tee(chunks.read());
  const frames = splitEvents(schema, forFrames, options);
  const document = source.name;
  const finish = (result: RoundtripResult["result"], problems?: readonly string[]) => ({
    document,
    type: model.nameOf(schema),
    ...total.counts,
    result,
    ...(problems && { problems }),
  });
  try {
    for await (const binary of decodeEventsToBinary(schema, forEvents, options)) {
      const { value: frame } = await frames.next();
      const difference = await total.add(frame, binary);
      if (difference !== undefined) {
        const place = `${document}: event ${total.counts.events}`;
        return finish("different", [describeDifference(place, difference)]);
      }
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    return finish("refused", explainEvent(error, document, reading.maxEventBytes));
  }
  return finish("equal");
}

/** A part of an event that changed, in the JSON document of the event. */
interface EventDifference {
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** Compares events with their binary form, and adds up their sizes. */
class EventTotal {
  readonly #schema: DescMessage;
  readonly #options: EventReadOptions<Framing>;
  readonly #residue: ResidueCounts = {};
  #events = 0;
  #jsonBytes = 0;
  #binaryBytes = 0;
  #verbatimBytes = 0;

  constructor(schema: DescMessage, options: EventReadOptions<Framing>) {
    this.#schema = schema;
    this.#options = options;
  }

  get counts() {
    return {
      events: this.#events,
      jsonBytes: this.#jsonBytes,
      binaryBytes: this.#binaryBytes,
      verbatimBytes: this.#verbatimBytes,
      residue: this.#residue,
    } satisfies Partial<RoundtripResult>;
  }

  /** Adds an event. Returns its first difference; undefined if it comes back equal. */
  async add(
    frame: EventFrame | undefined,
    binary: Uint8Array,
  ): Promise<EventDifference | undefined> {
    const schema = this.#schema;
    const verbatim = undescribedBytes(countVerbatim(schema, binary));
    const before = frame && readEvent(frame);
    this.#events++;
    this.#jsonBytes += before === undefined ? 0 : sizeOf(before);
    this.#binaryBytes += binary.length;
    this.#verbatimBytes += verbatim;
    if (verbatim > 0) {
      addResidue(this.#residue, countResidue(schema, binary));
    }
    const { maxDepth } = this.#options;
    const text = encodeEventFromBinary(schema, binary, { maxDepth });
    const { value: again } = await splitEvents(schema, [text], this.#options).next();
    return this.#compare(before, again && readEvent(again));
  }

  #compare(
    before: EventText | undefined,
    after: EventText | undefined,
  ): EventDifference | undefined {
    const { name, id, content } = memberNames(this.#schema);
    if (before?.name !== after?.name) {
      return difference(name, before?.name, after?.name);
    }
    if (before?.id !== after?.id) {
      return difference(id, before?.id, after?.id);
    }
    const [one, other] = [before?.data, after?.data];
    if (one === other) {
      return undefined;
    }
    if (one === undefined || other === undefined) {
      return difference(content, one, other);
    }
    try {
      const { maxDepth } = this.#options;
      const [first] = compareJson(one, other, { maxDepth, maxDifferences: 1 });
      return first && { ...first, pointer: `/${content}${first.pointer}` };
    } catch (error) {
      if (!(error instanceof JsonError)) {
        throw error;
      }
      // The payload is not JSON, so its text must be the same.
      return difference(content, one, other);
    }
  }
}

/** An event as text. */
interface EventText {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: string | undefined;
}

function readEvent({ name, id, data }: EventFrame): EventText {
  return { name: textOf(name), id: id && textOf(id), data: data && textOf(data) };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

/** Returns the size of an event as a server-sent event, with a payload without white space. */
function sizeOf({ name, id, data }: EventText): number {
  const lines = [
    ...(name === "" && data !== undefined ? [] : [`event: ${name}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined
      ? []
      : minifyJson(data)
          .split("\n")
          .map((line) => `data: ${line}`)),
  ];
  return lines.reduce((size, line) => size + Buffer.byteLength(line) + 1, 1);
}

function difference(
  member: string,
  before: string | undefined,
  after: string | undefined,
): EventDifference {
  const show = (text: string | undefined) =>
    text === undefined ? "nothing" : JSON.stringify(text);
  return { pointer: `/${member}`, expected: show(before), found: show(after) };
}

/** Returns the names of the members in the JSON document of an event. */
function memberNames(schema: DescMessage): { name: string; id: string; content: string } {
  const mapping = getMessageMapping(schema);
  const [union] = mapping.kind === "object" ? mapping.unions : [];
  return { name: union?.tag ?? "event", id: "id", content: union?.content ?? "data" };
}
