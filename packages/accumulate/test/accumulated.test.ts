import { equals } from "@bufbuild/protobuf";
import { type StepDetails, StepDetailsSchema } from "@stepwire/core";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { type CompletedStep, completedSteps, jsonOf } from "./accumulated.js";
import { decodeAll } from "./decode-all.js";
import { StepAccumulator } from "./step-accumulator.js";

/** How many steps of a stream its deltas made equal to the completed step. */
const carried: Record<string, number> = {
  "020": 2,
  "024": 1,
  "025": 1,
  "026": 1,
  "027": 1,
  "028": 1,
  "029": 1,
};

/** Streams whose deltas do not carry a completed step, and why. */
const notCarried = {
  "004": "ends while the client has to call the function: the step does not complete",
  "014": "the results of a file search only come with the completed step",
  "019": "ends while the client has to call the function: the step does not complete",
  "031": "is one delta",
};

/** Members that only the completed step has. */
const completedOnly = ["completed_at", "status", "usage"];

async function readCorpus(): Promise<Map<string, CompletedStep[]>> {
  const streams = new Map<string, CompletedStep[]>();
  for (const { name, bytes } of corpusStreams()) {
    const number = /\/(\d+)-/.exec(name)?.[1] ?? "";
    const framing = number === "030" ? "lenient" : "standard";
    streams.set(number, completedSteps(await decodeAll(bytes, { mode: "archive", framing })));
  }
  return streams;
}

function sameDetails(left: StepDetails | undefined, right: StepDetails | undefined): boolean {
  return left !== undefined && right !== undefined && equals(StepDetailsSchema, left, right);
}

function differentMembers(left: object, right: object): string[] {
  const [before, after] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)))
    .sort();
}

describeWithCorpus("what deltas add up to", async () => {
  const streams = await readCorpus();
  const withDeltas = [...streams].flatMap(([number, steps]) =>
    steps.filter(({ deltas }) => deltas > 0).map((step) => ({ number, ...step })),
  );

  it("is the completed step, of every stream whose deltas carry it", () => {
    const equal = withDeltas.filter(({ accumulated, completed }) =>
      sameDetails(accumulated?.stepDetails, completed.stepDetails),
    );
    const counts: Record<string, number> = {};
    for (const { number } of equal) {
      counts[number] = (counts[number] ?? 0) + 1;
    }
    expect(counts).toEqual(carried);
    for (const { accumulated, completed } of equal) {
      const before = accumulated ?? expect.unreachable();
      const different = differentMembers(Object(jsonOf(before)), Object(jsonOf(completed)));
      expect(different).toEqual(completedOnly);
    }
  });

  it("is that of no other stream, as it is listed", () => {
    const others = new Set<string>();
    for (const { name, bytes } of corpusStreams()) {
      const number = /\/(\d+)-/.exec(name)?.[1] ?? "";
      if (Buffer.from(bytes).includes("thread.run.step.delta\n") && !(number in carried)) {
        others.add(number);
      }
    }
    expect([...others]).toEqual(Object.keys(notCarried));
    expect(withDeltas.map(({ number }) => number).filter((number) => !(number in carried))).toEqual(
      ["014"],
    );
  });

  it("lacks nothing but the results, of a file search", () => {
    const search = withDeltas.find(({ number }) => number === "014") ?? expect.unreachable();
    const details = [search.accumulated, search.completed].map((step) => step?.stepDetails);
    const [before, after] = details.map((each) => structuredClone(each));
    for (const each of [before, after]) {
      const calls = each?.stepDetails.case === "toolCalls" ? each.stepDetails.value.toolCalls : [];
      for (const { toolCall } of calls) {
        if (toolCall.case === "fileSearch") {
          expect(toolCall.value.results).toHaveLength(each === after ? 20 : 0);
          toolCall.value.results = [];
          delete toolCall.value.jsonResidue;
        }
      }
    }
    expect(before).toEqual(after);
  });

  it("ends as the stream does", async () => {
    const ends: Record<string, string | undefined> = {};
    for (const { name, bytes } of corpusStreams()) {
      const accumulator = new StepAccumulator();
      const framing = name.includes("/030-") ? "lenient" : "standard";
      for (const event of await decodeAll(bytes, { mode: "archive", framing })) {
        accumulator.apply(event);
      }
      ends[name.slice("sse/".length, "sse/000".length)] = accumulator.ended;
    }
    const notDone = Object.entries(ends).filter(([, end]) => end !== "done");
    expect(notDone).toEqual([
      ["018", "error"],
      ["031", undefined],
      ["032", undefined],
    ]);
  });
});
