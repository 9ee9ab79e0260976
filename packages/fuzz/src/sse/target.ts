import { type DescMessage, equals, fromBinary, getOption } from "@bufbuild/protobuf";
import { StreamEventSchema } from "@stepwire/core";
import { ResponseStreamEventSchema } from "@stepwire/core/responses";
import { sse } from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";
import { stringifyOpenAI } from "@stepwire/openai-json";
import {
  createEventDecoderStream,
  decodeEventsToBinary,
  EventStreamError,
  encodeEvent,
  encodeEventFromBinary,
  type Skipped,
} from "@stepwire/openai-sse";
import { type JsonNode, nodeDifference, readJson } from "@stepwire/testing";
import { smallerLists } from "../run/smaller.js";
import { demand, type Target } from "../run/target.js";
import { generateSseInput } from "./generate.js";
import { readSseInput, type SseInput, sseInput } from "./input.js";
import { type OracleEvent, readEvents } from "./oracle.js";

/** The bound of `maxEventBytes` where none is given. */
const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Streams up to this length are also read byte by byte. */
const BYTEWISE_LENGTH = 600;

/** Fuzzes the reader and the writer of server-sent events. */
export const sseTarget: Target<SseInput> = targetFor("sse", StreamEventSchema);

/** The same for events that their payloads may name. */
export const namedSseTarget: Target<SseInput> = targetFor(
  "sse-responses",
  ResponseStreamEventSchema,
);

function targetFor(name: string, schema: DescMessage): Target<SseInput> {
  return {
    name,
    generate: generateSseInput,
    read: readSseInput,
    async check(input) {
      const whole = await decode(schema, input, []);
      await checkChunks(schema, input, whole);
      await checkWriting(schema, whole, input);
      checkOracle(schema, whole, input);
    },
    smaller: smallerInputs,
  };
}

function* smallerInputs({ bytes, cuts, options }: SseInput): Generator<SseInput> {
  for (const fewer of smallerLists(cuts)) {
    yield sseInput(bytes, fewer, options);
  }
  for (const name of ["maxDepth", "maxEventBytes", "invalidUtf8"] as const) {
    if (options[name] !== undefined) {
      yield sseInput(bytes, cuts, { ...options, [name]: undefined });
    }
  }
  for (const fewer of smallerLists(Array.from(bytes))) {
    const kept = cuts.filter((cut) => cut <= fewer.length);
    yield sseInput(Uint8Array.from(fewer), kept, options);
  }
}

/** What became of a stream. */
interface Decoded {
  readonly events: readonly Uint8Array[];
  readonly skipped: readonly Skipped[];
  readonly error: EventStreamError | undefined;
}

/** Reads a stream in chunks that end at these places. */
async function decode(
  schema: DescMessage,
  { bytes, options }: SseInput,
  cuts: readonly number[],
): Promise<Decoded> {
  const events: Uint8Array[] = [];
  const skipped: Skipped[] = [];
  const onSkipped = (each: Skipped): void => {
    skipped.push(each);
  };
  try {
    for await (const event of decodeEventsToBinary(schema, chunks(bytes, cuts), {
      ...options,
      onSkipped,
    })) {
      // Results share a buffer.
      events.push(event.slice());
    }
  } catch (error) {
    demand(error instanceof EventStreamError, "only EventStreamError is thrown", String(error));
    return { events, skipped, error };
  }
  return { events, skipped, error: undefined };
}

async function* chunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  // A source may use its buffer again once the next chunk is asked for.
  const buffer = new Uint8Array(bytes.length);
  let start = 0;
  for (const end of [...cuts, bytes.length]) {
    const chunk = bytes.subarray(start, end);
    buffer.fill(0x21).set(chunk);
    yield await Promise.resolve(buffer.subarray(0, chunk.length));
    start = end;
  }
}

async function checkChunks(schema: DescMessage, input: SseInput, whole: Decoded): Promise<void> {
  const { bytes, cuts } = input;
  const bytewise = bytes.length <= BYTEWISE_LENGTH ? Array.from(bytes, (_, place) => place) : [];
  for (const places of [cuts, bytewise]) {
    const other = await decode(schema, input, places);
    const isSame = describe(whole) === describe(other);
    demand(
      isSame,
      "the result does not depend on the chunks",
      () => `${describe(whole)}\nbut in chunks: ${describe(other)}`,
    );
  }
  await checkWebStream(schema, input, whole);
}

/** The same through a web stream. */
async function checkWebStream(
  schema: DescMessage,
  { bytes, cuts, options }: SseInput,
  whole: Decoded,
): Promise<void> {
  const source = ReadableStream.from(chunks(bytes, cuts));
  let count = 0;
  try {
    for await (const event of source.pipeThrough(createEventDecoderStream(schema, options))) {
      const binary = whole.events[count++] ?? new Uint8Array();
      const isSame = equals(schema, fromBinary(schema, binary), event);
      demand(isSame, "a web stream gives the same events", `event ${count - 1}`);
    }
    demand(whole.error === undefined, "a web stream gives the same error", "no error");
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    const isSame = whole.error !== undefined && describeError(whole.error) === describeError(error);
    demand(isSame, "a web stream gives the same error", error.message);
    return;
  }
  demand(count === whole.events.length, "a web stream gives the same events", `${count} events`);
}

function describe({ events, skipped, error }: Decoded): string {
  return JSON.stringify({
    events: events.map((event) => Buffer.from(event).toString("latin1")),
    skipped,
    error: error && describeError(error),
  });
}

/** An error without how much of an event had arrived by then, which chunks decide. */
function describeError({ event, violations }: EventStreamError): string {
  return JSON.stringify({
    event,
    violations: violations.map(({ code, pointer, path, expected, offset }) => [
      code,
      pointer,
      path,
      expected,
      offset,
    ]),
  });
}

/** Events are written, by both ways, as what is read as the same events. */
async function checkWriting(
  schema: DescMessage,
  { events }: Decoded,
  { options }: SseInput,
): Promise<void> {
  const { maxDepth } = options;
  const written = events.map((binary) => encodeEventFromBinary(schema, binary, { maxDepth }));
  for (const [index, binary] of events.entries()) {
    const other = encodeEvent(schema, fromBinary(schema, binary), {
      maxDepth,
    });
    const isSame = Buffer.compare(other, written[index] ?? new Uint8Array()) === 0;
    demand(isSame, "both writers write the same", () => Buffer.from(other).toString());
  }
  const bytes = Buffer.concat(written);
  const again = await decode(schema, sseInput(bytes, [], { mode: "archive", maxDepth }), []);
  demand(again.error === undefined, "what is written can be read", () => bytes.toString("latin1"));
  demand(again.events.length === events.length, "what is written is read as the same events", () =>
    bytes.toString("latin1"),
  );
  for (const [index, binary] of events.entries()) {
    const [one, two] = [binary, again.events[index] ?? new Uint8Array()].map((each) =>
      fromBinary(schema, each),
    );
    const isSame = one !== undefined && two !== undefined && equals(schema, one, two);
    demand(isSame, "what is written is read as the same events", () => bytes.toString("latin1"));
  }
}

/** Compares with a reader that was written from the grammar alone. */
function checkOracle(
  schema: DescMessage,
  { events, skipped, error }: Decoded,
  { bytes, options }: SseInput,
): void {
  const oracle = readEvents(bytes, options);
  const { maxEventBytes: maximum = DEFAULT_MAX_EVENT_BYTES } = options;
  for (const [index, binary] of events.entries()) {
    const expected = oracle.events[index];
    demand(expected !== undefined, "the grammar has as many events", `one more at ${index}`);
    demand(expected.bytes <= maximum, "an event is within maxEventBytes", `${expected.bytes}`);
    checkEvent(schema, binary, expected);
  }
  if (error === undefined) {
    demand(!oracle.malformed, "bytes that are not UTF-8 are refused", "no error");
    const count = oracle.events.length;
    demand(events.length === count, "the grammar has as many events", `${count}`);
    checkSkipped(skipped, oracle);
    return;
  }
  demand(error.event === events.length, "an error names its event", `${error.event}`);
  const refused = oracle.events[events.length];
  for (const { code } of error.violations) {
    if (code === "too_large") {
      // The event may end at a line that is not UTF-8, so that the oracle does not have it.
      const { longestLine, largestWithoutEvent } = oracle;
      const largest = Math.max(refused?.bytes ?? maximum + 1, longestLine, largestWithoutEvent);
      const isTooLarge = largest > maximum;
      demand(
        isTooLarge,
        "an event is refused by its size only if it is large",
        `${refused?.bytes}`,
      );
    } else if (error.isInvalidUtf8) {
      demand(oracle.malformed, "only bytes that are not UTF-8 are refused as such", error.message);
    } else if (options.mode === "archive") {
      demand(code === "too_deep", "an archive takes every payload", error.message);
    }
  }
}

function checkSkipped(
  skipped: readonly Skipped[],
  { retries, comments }: ReturnType<typeof readEvents>,
): void {
  const told = skipped.flatMap((each) => (each.kind === "retry" ? [each.milliseconds] : []));
  const isSame = told.length === retries.length && told.every((each, at) => each === retries[at]);
  demand(isSame, "each `retry` of the grammar is told", `${told} instead of ${retries}`);
  const count = skipped.filter(({ kind }) => kind === "comment").length;
  demand(count === comments.length, "each comment is told", `${count} of ${comments.length}`);
}

function checkEvent(
  schema: DescMessage,
  binary: Uint8Array,
  { event, data, id }: OracleEvent,
): void {
  const json = stringifyOpenAI(schema, fromBinary(schema, binary));
  const node = readJson(json);
  const members = node instanceof Map ? node : new Map<string, JsonNode>();
  const name = members.get("event");
  const value = members.get("data");
  const payloadName = value instanceof Map ? value.get("type") : undefined;
  const isNamed = typeof payloadName === "string" && payloadName !== "" && namesByPayload(schema);
  const isUnnamed = event === "" && isNamed && payloadName.isWellFormed();
  demand(members.has("unnamed") === isUnnamed, "the mark says that there is no name", json);
  const isEnd = event === "" && data === "[DONE]" && value === data;
  const expected = isUnnamed ? payloadName : isEnd ? data : event;
  demand(name === expected, "the grammar has the same name", `${name}, not ${expected}`);
  demand((members.get("id") ?? undefined) === id, "the grammar has the same id", json);
  const text = members.get("data_text");
  if (typeof text === "string") {
    demand(text === data, "the grammar has the same data", json);
  } else if (value === undefined) {
    demand(data === undefined, "the grammar has the same data", json);
  } else if (data === "[DONE]") {
    demand(value === data, "the grammar has the same data", json);
  } else {
    const difference = nodeDifference(value, readJson(data ?? ""));
    demand(difference === undefined, "the grammar has the same data", `${json}: ${difference}`);
  }
}

/** Returns whether payloads name events, as the option of a field says. */
function namesByPayload(schema: DescMessage): boolean {
  return schema.fields.some((field) => getOption(field, sse).namedBy !== "");
}
