import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AccumulationError,
  type Accumulator,
  type AccumulatorOptions,
  createAccumulator,
} from "@stepwire/accumulate";
import { type RunStep, RunStepSchema, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import {
  fromOpenAI,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  toOpenAI,
} from "@stepwire/openai-json";
import { isFrozenDeep, jsonEqual } from "@stepwire/testing";
import type { RecordedEvent } from "../run/recorded.js";
import { simplerElements, smallerJson, smallerLists } from "../run/smaller.js";
import { demand, type Target } from "../run/target.js";
import { generateAccumulatorInput } from "./generate.js";
import { type AccumulatorInput, eventText, readAccumulatorInput } from "./input.js";
import { splitTexts } from "./split.js";
import { WasmComparison } from "./wasm-comparison.js";

/** The bound of `maxSize` where none is given. */
const DEFAULT_MAX_SIZE = 64 * 1024 * 1024;

/**
 * How long one event may take, in milliseconds: far beyond what the events here need, far
 * below what they take where the cost grows with the square of what was accumulated.
 */
const EVENT_MILLISECONDS = 150;

type StepAccumulator = Accumulator<typeof StreamEventSchema, typeof RunStepSchema>;

function createStepAccumulator(options: AccumulatorOptions = {}): StepAccumulator {
  return createAccumulator(StreamEventSchema, { ...options, objects: [RunStepSchema] });
}

/** Fuzzes `createAccumulator` with streams of JSON. */
export const accumulatorTarget: Target<AccumulatorInput> = {
  name: "accumulator",
  generate: generateAccumulatorInput,
  read: readAccumulatorInput,
  check(input) {
    const { accumulator, refusals } = accumulate(input);
    checkDeletion(accumulator);
    if (refusals === 0 && Object.keys(input.limits).length === 0) {
      checkSplitting(input);
    }
  },
  *smaller(input) {
    if (Object.keys(input.limits).length > 0) {
      yield { ...input, limits: {} };
    }
    for (const events of smallerLists(input.events)) {
      yield { ...input, events };
    }
    for (const events of simplerElements(input.events, smallerEvent)) {
      yield { ...input, events };
    }
  },
};

function* smallerEvent({ event, data }: RecordedEvent): Generator<RecordedEvent> {
  for (const smaller of smallerJson(data)) {
    yield { event, data: smaller };
  }
}

/** Reads an event as an archive does: it refuses least. Undefined if it has no message. */
function readMessage(event: RecordedEvent): StreamEvent | undefined {
  try {
    return parseOpenAI(StreamEventSchema, eventText(event), { mode: "archive" });
  } catch (reason) {
    if (!(reason instanceof OpenAIJsonError)) {
      throw reason;
    }
    return undefined;
  }
}

/** Reads events; those without a message are left out. */
function* readMessages(events: readonly RecordedEvent[]): Generator<StreamEvent> {
  for (const event of events) {
    const message = readMessage(event);
    if (message !== undefined) {
      yield message;
    }
  }
}

interface Accumulated {
  readonly accumulator: StepAccumulator;
  readonly refusals: number;
}

/** Accumulates a stream, and checks what has to hold after each event. */
function accumulate({ limits, events }: AccumulatorInput): Accumulated {
  const accumulator = createStepAccumulator(limits);
  const wasm = new WasmComparison(limits);
  const { maxSize = DEFAULT_MAX_SIZE } = limits;
  const snapshots: { readonly step: RunStep; readonly binary: Uint8Array }[] = [];
  let refusals = 0;
  for (const event of readMessages(events)) {
    const before = stateOf(accumulator);
    const start = process.threadCpuUsage();
    let step: RunStep | undefined;
    let refusal: AccumulationError | undefined;
    try {
      step = accumulator.apply(event);
    } catch (reason) {
      if (!(reason instanceof AccumulationError)) {
        throw reason;
      }
      refusals++;
      checkUnchanged(accumulator, before);
      refusal = reason;
    }
    const { user, system } = process.threadCpuUsage(start);
    const milliseconds = (user + system) / 1000;
    demand(milliseconds < EVENT_MILLISECONDS, "an event takes bounded time", `${milliseconds} ms`);
    demand(accumulator.size <= maxSize, "the size is within maxSize", `${accumulator.size}`);
    wasm.apply(event, refusal);
    if (step !== undefined) {
      wasm.check(step, accumulator.ended);
      snapshots.push({ step, binary: checkSnapshot(step) });
    }
  }
  const texts = accumulator.objects(RunStepSchema).reduce((sum, step) => sum + textLength(step), 0);
  demand(
    texts <= accumulator.size,
    "the size counts all texts",
    () => `size ${accumulator.size}, but the texts have ${texts} code units`,
  );
  for (const { step, binary } of snapshots) {
    const isSame = Buffer.compare(toBinary(RunStepSchema, step), binary) === 0;
    demand(isSame, "an earlier snapshot does not change", () =>
      stringifyOpenAI(RunStepSchema, step),
    );
  }
  return { accumulator, refusals };
}

interface State {
  readonly steps: readonly RunStep[];
  readonly size: number;
  readonly ended: unknown;
}

function stateOf(accumulator: StepAccumulator): State {
  const { size, ended } = accumulator;
  return { steps: accumulator.objects(RunStepSchema), size, ended };
}

function checkUnchanged(accumulator: StepAccumulator, before: State): void {
  const { steps, size, ended } = stateOf(accumulator);
  const isSame =
    steps.length === before.steps.length && steps.every((step, at) => step === before.steps[at]);
  demand(isSame, "a refusal leaves the steps", () => steps.map(({ id }) => id).join());
  demand(size === before.size, "a refusal leaves the size", `${before.size}, then ${size}`);
  demand(ended === before.ended, "a refusal leaves the end", `${before.ended}, then ${ended}`);
}

/** Checks both forms of a snapshot; gives the binary one. */
function checkSnapshot(step: RunStep): Uint8Array {
  demand(isFrozenDeep(step), "a snapshot is frozen", () => step.id);
  const binary = toBinary(RunStepSchema, step);
  const again = fromBinary(RunStepSchema, binary);
  demand(equals(RunStepSchema, again, step), "a snapshot has a binary form", () => step.id);
  let json: string;
  try {
    json = stringifyOpenAI(RunStepSchema, step);
  } catch (reason) {
    const hex = Buffer.from(binary).toString("hex");
    demand(false, "a snapshot has a JSON form", `${String(reason)} (binary ${hex})`);
  }
  // Not the message: it may say the same in another way than the one that reading makes.
  const parsed = parseOpenAI(RunStepSchema, json, { mode: "archive" });
  const written = stringifyOpenAI(RunStepSchema, parsed);
  demand(jsonEqual(written, json), "the JSON of a snapshot gives it back", json);
  checkValue(step, json);
  return binary;
}

/** The form as a JavaScript value, where its numbers are exact. */
function checkValue(step: RunStep, json: string): void {
  try {
    const value = toOpenAI(RunStepSchema, step);
    const again = fromOpenAI(RunStepSchema, value, { mode: "archive" });
    // A number may be spelled in another way: `1.0` as a JavaScript value is `1`.
    const isSame = jsonEqual(stringifyOpenAI(RunStepSchema, again), json);
    demand(isSame, "toOpenAI and fromOpenAI give a snapshot back", json);
  } catch (reason) {
    const isInexact =
      reason instanceof OpenAIJsonError &&
      reason.violations.every(({ code }) => code === "not_representable");
    if (!isInexact) {
      throw reason;
    }
  }
}

function checkDeletion(accumulator: StepAccumulator): void {
  for (const { id } of accumulator.objects(RunStepSchema)) {
    accumulator.delete(RunStepSchema, id);
  }
  demand(accumulator.size === 0, "nothing is left after deletion", `${accumulator.size}`);
}

function checkSplitting(input: AccumulatorInput): void {
  // A half of an event that is refused may be readable.
  const readable = input.events.filter((event) => readMessage(event) !== undefined);
  const events = splitTexts(readable);
  if (events === undefined) {
    return;
  }
  const whole = accumulateOnly(readable);
  const split = accumulateOnly(events);
  demand(
    isSameResult(whole, split),
    "texts may be cut anywhere",
    () => `${whole}\nbut when cut: ${split}`,
  );
}

/** Whether two results are the same steps, however they spell texts, or the same refusal. */
function isSameResult(left: string, right: string): boolean {
  const areSteps = left.startsWith("[") && right.startsWith("[");
  return areSteps ? jsonEqual(left, right) : left === right;
}

/** The JSON of all steps after a stream, a list, or why it was refused. */
function accumulateOnly(events: readonly RecordedEvent[]): string {
  const accumulator = createStepAccumulator();
  try {
    for (const event of readMessages(events)) {
      accumulator.apply(event);
    }
  } catch (reason) {
    if (!(reason instanceof AccumulationError)) {
      throw reason;
    }
    return JSON.stringify(reason.message);
  }
  const steps = accumulator
    .objects(RunStepSchema)
    .map((step) => stringifyOpenAI(RunStepSchema, step));
  return `[${steps.join()}]`;
}

/** The UTF-16 code units of all texts that a message holds. */
function textLength(value: unknown): number {
  if (typeof value === "string") {
    return value.length;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    return 0;
  }
  return Object.entries(value).reduce(
    (sum, [name, held]) => sum + (name === "$typeName" ? 0 : textLength(held)),
    0,
  );
}
