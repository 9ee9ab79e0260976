import { type DescMessage, equals, type Message } from "@bufbuild/protobuf";
import {
  RunSchema,
  RunStepSchema,
  type StreamEvent,
  StreamEventSchema,
  ThreadMessageSchema,
} from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { AccumulationError } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { decodeAll } from "./decode-all.js";

/** The last event of an object, compared with what the events before it add up to. */
interface Ended {
  readonly stream: string;
  readonly event: string;
  /** The members that the event changes; undefined if it is the first event of the object. */
  readonly changed: readonly string[] | undefined;
  /** Whether the accumulated object is that of the event afterwards. */
  readonly isSame: boolean;
}

interface Streams {
  readonly ended: readonly Ended[];
  /** Events that the accumulator refuses: the stream, and the code. */
  readonly refused: readonly string[];
}

/** The event that ends an object changes these members, and no others. */
const changedAtTheEnd: Record<string, readonly string[]> = {
  messageCompleted: ["completed_at", "status"],
  messageIncomplete: ["incomplete_at", "incomplete_details", "status"],
  runCompleted: ["completed_at", "expires_at", "incomplete_details", "status", "usage"],
  runRequiresAction: ["required_action", "status"],
  runStepCompleted: ["completed_at", "status", "usage"],
};

/** Streams of which only a part was published, and what is therefore missing. */
const abridged: Record<string, Record<string, string>> = {
  messageCompleted: {
    "001": "content",
    "002": "content",
    "003": "content",
    "005": "content",
    "014": "content",
  },
  runStepCompleted: { "014": "step_details" },
};

const schemas: Record<string, DescMessage> = {
  message: ThreadMessageSchema,
  run: RunSchema,
  runStep: RunStepSchema,
};

/** The object of an event that ends it. */
function endedObject({ event: { case: arm, value } }: StreamEvent): Message | undefined {
  return arm !== undefined && arm in changedAtTheEnd && typeof value === "object"
    ? value
    : undefined;
}

function schemaOf(arm: string): DescMessage {
  const [name = ""] = /^(runStep|run|message)/.exec(arm) ?? [];
  return schemas[name] ?? expect.unreachable(arm);
}

function jsonOf(schema: DescMessage, message: Message): Record<string, unknown> {
  return JSON.parse(stringifyOpenAI(schema, message));
}

function changedMembers(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .sort();
}

/** The code with which the accumulator refuses an event. */
function refusalOf(apply: () => void): string | undefined {
  try {
    apply();
  } catch (error) {
    if (error instanceof AccumulationError) {
      return error.code;
    }
    throw error;
  }
  return undefined;
}

async function readStreams(): Promise<Streams> {
  const ended: Ended[] = [];
  const refused: string[] = [];
  for (const { name, bytes } of corpusStreams()) {
    const stream = name.slice("sse/".length, "sse/000".length);
    const framing = stream === "030" ? "lenient" : "standard";
    const accumulator = createAccumulator(StreamEventSchema);
    for (const event of await decodeAll(bytes, { mode: "archive", framing })) {
      const object = endedObject(event);
      const arm = event.event.case ?? "";
      const schema = object && schemaOf(arm);
      const id = String(Reflect.get(Object(object), "id"));
      const before = schema && accumulator.get(schema, id);
      const refusal = refusalOf(() => accumulator.apply(event));
      if (refusal !== undefined) {
        refused.push(`${stream} ${arm} ${refusal}`);
      } else if (object !== undefined && schema !== undefined) {
        const after = accumulator.get(schema, id) ?? expect.unreachable();
        const changed = before && changedMembers(jsonOf(schema, before), jsonOf(schema, object));
        ended.push({ stream, event: arm, changed, isSame: equals(schema, after, object) });
      }
    }
  }
  return { ended, refused };
}

describeWithCorpus("messages, runs and steps of the streams", async () => {
  const { ended, refused } = await readStreams();

  it("are those of the events that end them", () => {
    const counts: Record<string, number> = {};
    for (const { event, isSame } of ended) {
      expect(isSame).toBe(true);
      counts[event] = (counts[event] ?? 0) + 1;
    }
    expect(counts).toEqual({
      messageCompleted: 18,
      messageIncomplete: 2,
      runCompleted: 15,
      runRequiresAction: 1,
      runStepCompleted: 31,
    });
  });

  it("are known before their end, from created objects and deltas", () => {
    for (const { stream, event, changed } of ended) {
      if (changed === undefined) {
        // The stream continues a run: its step was created in another stream.
        expect([stream, event]).toEqual([expect.stringMatching(/^(005|017)$/), "runStepCompleted"]);
        continue;
      }
      const missing = abridged[event]?.[stream];
      const others = changed.filter((name) => !changedAtTheEnd[event]?.includes(name));
      expect([missing ?? []].flat(), `${stream} ${event}`).toEqual(expect.arrayContaining(others));
    }
    const incomplete = ended.filter(({ event, stream, changed }) =>
      changed?.includes(abridged[event]?.[stream] ?? ""),
    );
    expect(incomplete.map(({ stream, event }) => `${stream} ${event}`)).toEqual([
      "001 messageCompleted",
      "002 messageCompleted",
      "003 messageCompleted",
      "005 messageCompleted",
      "014 runStepCompleted",
      "014 messageCompleted",
    ]);
  });

  it("are refused only if the payload is missing, or is not JSON", () => {
    expect(refused).toEqual([
      ...["Created", "Queued", "InProgress", "Completed"].map((end) => `001 run${end} missing_id`),
      ...["Created", "Queued", "InProgress", "Completed"].map((end) => `002 run${end} missing_id`),
      "003 runCompleted missing_id",
      ...["Created", "Queued", "InProgress", "RequiresAction"].map(
        (end) => `004 run${end} missing_id`,
      ),
      ...["Queued", "InProgress", "Completed"].map((end) => `005 run${end} missing_id`),
    ]);
  });
});
