import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { AssistantStream } from "openai/lib/AssistantStream";
import { expect, it } from "vitest";
import { jsonOf } from "./accumulated.js";
import { decodeAll } from "./decode-all.js";
import { StepAccumulator } from "./step-accumulator.js";

/** The snapshots after each delta, as JSON, and the error that ended the reading. */
interface Reading {
  readonly snapshots: unknown[];
  readonly error: string | undefined;
}

/** Returns the steps that `AssistantStream` builds from the events. */
async function readWithPackage(events: readonly StreamEvent[]): Promise<Reading> {
  // The package keeps `done` to itself before its events get here.
  const lines = events
    .filter(({ event }) => event.case !== "done")
    .map((event) => `${stringifyOpenAI(StreamEventSchema, event)}\n`);
  const stream = AssistantStream.fromReadableStream(new Blob(lines).stream());
  const snapshots: unknown[] = [];
  stream.on("runStepDelta", (_, snapshot) => snapshots.push(structuredClone(snapshot)));
  let error: string | undefined;
  try {
    await stream.done();
  } catch (reason) {
    error = reason instanceof Error ? reason.message : String(reason);
  }
  return { snapshots, error };
}

function readWithAccumulator(events: readonly StreamEvent[]): unknown[] {
  const accumulator = new StepAccumulator();
  const snapshots: unknown[] = [];
  for (const event of events) {
    const snapshot = accumulator.apply(event);
    if (event.event.case === "runStepDelta" && snapshot !== undefined) {
      snapshots.push(jsonOf(snapshot));
    }
  }
  return snapshots;
}

/** The snapshot of the package without the places that it leaves in its lists. */
function withoutIndexes(value: unknown): unknown {
  const text = JSON.stringify(value, (name, held: unknown) =>
    name === "index" ? undefined : held,
  );
  return JSON.parse(text);
}

function readStream(number: string): Promise<StreamEvent[]> {
  const stream = corpusStreams().find(({ name }) => name.includes(`/${number}-`));
  return decodeAll(stream?.bytes ?? expect.unreachable(), { mode: "archive" });
}

/** Streams with deltas on which both agree, but for the places in the lists. */
const agreed = ["004", "019", "020", "024", "025", "026", "027", "028", "029"];

describeWithCorpus("AssistantStream of the openai package", () => {
  it.each(agreed)("has the same snapshot after each delta of stream %s", async (number) => {
    const events = await readStream(number);
    const { snapshots, error } = await readWithPackage(events);
    const ours = readWithAccumulator(events);
    expect(ours.length).toBeGreaterThan(0);
    expect(snapshots.map(withoutIndexes)).toEqual(ours);
    // The last event of a run in stream 004 is not JSON.
    expect(error).toBe(number === "004" ? "Final run has not been received" : undefined);
  });

  it("leaves the index of a delta in the call, which no step has", async () => {
    const { snapshots } = await readWithPackage(await readStream("019"));
    expect(snapshots.at(-1)).toHaveProperty("step_details.tool_calls.0.index", 0);
    const ours = readWithAccumulator(await readStream("019"));
    expect(ours.at(-1)).not.toHaveProperty("step_details.tool_calls.0.index");
  });

  it("appends identifiers and rankers that a file search repeats", async () => {
    const events = await readStream("014");
    const id = "call_PdjWRYNa6h5fwFUHDJZKmody";
    const { snapshots } = await readWithPackage(events);
    expect(snapshots.at(-1)).toMatchObject({
      step_details: {
        tool_calls: [
          {
            id: id + id + id,
            file_search: {
              ranking_options: { ranker: "autodefault_2024_08_21default-2024-08-21" },
            },
          },
        ],
      },
    });
    expect(readWithAccumulator(events).at(-1)).toMatchObject({
      step_details: {
        tool_calls: [
          { id, file_search: { ranking_options: { ranker: "default-2024-08-21" }, results: [] } },
        ],
      },
    });
  });

  it("adds numbers that are repeated", () => {
    const score = { ranking_options: { score_threshold: 0.5 } };
    const sum = AssistantStream.accumulateDelta(structuredClone(score), score);
    expect(sum).toEqual({ ranking_options: { score_threshold: 1 } });
  });

  it("refuses null after a text", () => {
    const merge = () => AssistantStream.accumulateDelta({ output: "42" }, { output: null });
    expect(merge).toThrow("Unhandled record type");
  });

  it("appends identifiers that differ, and lists of texts", () => {
    const merge = AssistantStream.accumulateDelta;
    expect(merge({ id: "call_1" }, { id: "call_2" })).toEqual({ id: "call_1call_2" });
    expect(merge({ tags: ["a"] }, { tags: ["b"] })).toEqual({ tags: ["a", "b"] });
  });

  it("refuses any delta after its step completed", async () => {
    const step = { id: "step_1", object: "thread.run.step", type: "tool_calls" };
    const call = { id: "call_1", type: "mcp", arguments: "{}", output: null };
    const step_details = { type: "tool_calls", tool_calls: [call] };
    const tool_calls = [{ index: 0, output: "42" }];
    const delta = { step_details: { type: "tool_calls", tool_calls } };
    const events = [
      { event: "thread.run.step.created", data: { ...step, status: "in_progress", step_details } },
      { event: "thread.run.step.completed", data: { ...step, status: "completed", step_details } },
      { event: "thread.run.step.delta", data: { id: "step_1", delta } },
    ].map((event) => parseOpenAI(StreamEventSchema, JSON.stringify(event), { mode: "archive" }));
    const { snapshots, error } = await readWithPackage(events);
    expect(snapshots).toEqual([]);
    expect(error).toBe('Received run-step delta for "step_1" with no active run step');
    expect(readWithAccumulator(events)).toMatchObject([
      { step_details: { tool_calls: [{ ...call, output: "42" }] } },
    ]);
  });

  it("refuses an element without an index", () => {
    const merge = () =>
      AssistantStream.accumulateDelta({ tool_calls: [{}] }, { tool_calls: [{ id: "call_1" }] });
    expect(merge).toThrow("Expected array delta entry to have an `index` property");
  });

  it("refuses steps that overlap", async () => {
    const events = (await readStream("020")).filter(({ event }) => event.case === "runStepCreated");
    expect(events).toHaveLength(4);
    expect((await readWithPackage(events)).error).toMatch(/before the active run step/);
  });

  it("refuses a delta before its step was created", async () => {
    const events = await readStream("031");
    const { snapshots, error } = await readWithPackage(events);
    expect(snapshots).toEqual([]);
    expect(error).toBe("Received a RunStepDelta before creation of a snapshot");
    expect(readWithAccumulator(events)).toEqual([
      {
        id: "step_rQmJPtF2uOyGhSCCHqk1zoVd",
        step_details: {
          type: "tool_calls",
          tool_calls: [{ type: "code_interpreter", code_interpreter: { input: " '" } }],
        },
      },
    ]);
  });

  it("gives up its steps when the stream breaks", async () => {
    const events = await readStream("018");
    expect((await readWithPackage(events)).error).toMatch(/server had an error/);
    const accumulator = new StepAccumulator();
    for (const event of events) {
      accumulator.apply(event);
    }
    expect(accumulator.ended).toBe("error");
    expect(accumulator.steps()).toHaveLength(1);
  });
});
