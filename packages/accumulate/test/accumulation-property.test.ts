import { equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type RunStep, RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import {
  isFrozenDeep,
  jsonDifference,
  printedSeed,
  Random,
  snapshotPrototypes,
} from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { JsonAccumulator, refusalIn } from "./accumulating.js";
import { StepAccumulator } from "./step-accumulator.js";

const seed = printedSeed();
const archive = { mode: "archive" } as const;

/** Known members of deltas and steps at any place, and unknown ones. */
const names = [
  ...["step_details", "type", "tool_calls", "message_creation", "message_id"],
  ...["code_interpreter", "file_search", "function", "input", "outputs", "logs", "image"],
  ...["file_id", "detail", "name", "arguments", "output", "ranking_options", "ranker", "results"],
  ...["index", "id", "status", "usage", "metadata", "assistant_id", "score", "browser", "text"],
  "__proto__",
] as const;

const texts = [
  ...['""', '"a"', '"call_1"', '"\\ud83d"', '"\\ude42"', '"x\\ud83d"', '"auto"', '"logs"'],
  ...['"function"', '"tool_calls"', '"message_creation"', '"code_interpreter"', '"browser"'],
] as const;

/** Writes deltas in which any member may have a value of any kind. */
class DeltaWriter {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Generates the member `delta`: mostly with members that a step has, and with values of any kind. */
  delta(): string {
    return this.#random.chance(0.1) ? this.#value(4) : this.#object(this.#details());
  }

  #details(): string {
    const random = this.#random;
    if (random.chance(0.15)) {
      return `"step_details":${this.#value(3)}`;
    }
    const type = random.pick(["", '"type":"tool_calls",', '"type":"",', '"type":null,']);
    if (random.chance(0.15)) {
      const payload = random.pick(["null", '"a"', "{}", '{"message_id":"m"}', this.#value(1)]);
      return `"step_details":{"message_creation":${payload}}`;
    }
    const calls = Array.from({ length: random.below(3) }, () => this.#call());
    return `"step_details":{${type}"tool_calls":[${calls.join(",")}]}`;
  }

  #call(): string {
    const random = this.#random;
    const members = new Map<string, string>();
    const set = (name: string, value: string | undefined): void => {
      if (value !== undefined) {
        members.set(name, value);
      }
    };
    set(random.pick(names), random.chance(0.3) ? this.#value(2) : undefined);
    set("index", random.pick([undefined, "0", "1", `${random.below(4)}`]));
    set("id", random.pick([undefined, undefined, '""', '"call_1"', "null", this.#value(0)]));
    set("type", random.pick([undefined, undefined, '"function"', '"browser"', this.#value(0)]));
    const output = `{"index":${random.below(3)},"logs":${this.#value(0)}}`;
    switch (random.below(5)) {
      case 0:
        set("function", `{"arguments":${this.#value(0)},"output":${this.#value(0)}}`);
        break;
      case 1:
        set("code_interpreter", `{"input":${this.#value(0)},"outputs":[${output}]}`);
        break;
      case 2:
        set("browser", this.#value(3));
        break;
      case 3:
        // More unknown members, or more text, than a snapshot writes at once.
        for (let count = 0, start = random.below(40); count < 40; count++) {
          set(`m${start + count}`, `"${count}"`);
        }
        break;
    }
    return objectOf(members);
  }

  #object(...members: string[]): string {
    const random = this.#random;
    const others = new Map(
      Array.from({ length: random.below(2) }, () => [random.pick(names), this.#value(2)]),
    );
    others.delete("step_details");
    const written = Array.from(others, ([name, value]) => `"${name}":${value}`);
    return `{${[...members, ...written].join(",")}}`;
  }

  #value(depth: number): string {
    const random = this.#random;
    switch (random.below(depth > 0 ? 8 : 5)) {
      case 0:
        return random.pick(["null", "null", "true", "false"]);
      case 1:
        return random.pick(["0", "1", "-1", "1.50", "1e400", "12345678901234567890"]);
      case 2:
      case 3:
        return random.pick(texts);
      case 4:
        return random.pick(["[]", "{}", '""']);
      case 5: {
        const elements = Array.from({ length: random.below(3) }, () => this.#value(depth - 1));
        return `[${elements.join(",")}]`;
      }
      case 6:
        return `[{"index":${random.below(3)},"text":${this.#value(depth - 1)}}]`;
      default: {
        const members = new Map(
          Array.from({ length: random.below(4) }, () => [
            random.pick(names),
            this.#value(depth - 1),
          ]),
        );
        return objectOf(members);
      }
    }
  }
}

function objectOf(members: Iterable<readonly [string, string]>): string {
  return `{${Array.from(members, ([name, value]) => `"${name}":${value}`).join(",")}}`;
}

/** The events of a round: a step that is not known, in progress or ended, and its deltas. */
function writeEvents(random: Random): string[] {
  const writer = new DeltaWriter(random);
  const deltas = Array.from({ length: 12 }, () => deltaEvent(writer.delta()));
  const kind = random.pick([undefined, "created", "completed"] as const);
  if (kind === undefined) {
    return deltas;
  }
  const step_details = { type: "tool_calls", tool_calls: [] };
  const data = { id: "step_1", run_id: "run_1", step_details };
  return [JSON.stringify({ event: `thread.run.step.${kind}`, data }), ...deltas];
}

function deltaEvent(delta: string): string {
  return `{"event":"thread.run.step.delta","data":{"id":"step_1","delta":${delta}}}`;
}

function expectFaithful(snapshot: RunStep, context: string): string {
  const json = stringifyOpenAI(RunStepSchema, snapshot);
  const again = parseOpenAI(RunStepSchema, json, archive);
  expect(jsonDifference(stringifyOpenAI(RunStepSchema, again), json), context).toBeUndefined();
  const binary = fromBinary(RunStepSchema, toBinary(RunStepSchema, snapshot));
  expect(equals(RunStepSchema, binary, snapshot), context).toBe(true);
  expect(isFrozenDeep(snapshot), context).toBe(true);
  return json;
}

/** Adds an event, which is merged or refused with a code. */
function applyLate(
  accumulator: StepAccumulator,
  event: string,
  code: string,
  context: string,
): RunStep | undefined {
  const message = parseOpenAI(StreamEventSchema, event, archive);
  if (code === "merged") {
    return accumulator.apply(message) ?? expect.unreachable(context);
  }
  expect(() => accumulator.apply(message), context).toThrow(expect.objectContaining({ code }));
  return undefined;
}

describe("deltas of any kind", () => {
  it.each([
    ["an empty list that is merged by index", { code_interpreter: { outputs: [] } }],
    ["an empty list that is set", { file_search: { results: [] } }],
    ["a payload of another type", { type: "function", function: 5 }],
    ["a type without a payload", { type: "browser" }],
  ])("a snapshot is frozen with all that it holds: %s", (_, call) => {
    const accumulator = new JsonAccumulator();
    for (const each of [call, { index: 0, x: 1 }]) {
      accumulator.delta({ step_details: { tool_calls: [each] } });
      expect(isFrozenDeep(accumulator.accumulator.step("step_1"))).toBe(true);
    }
  });

  it("issue 11.29: null, a text and null as a payload have a JSON form", () => {
    const accumulator = new JsonAccumulator();
    for (const payload of [null, "a", null]) {
      accumulator.delta({ step_details: { message_creation: payload } });
      expectFaithful(accumulator.accumulator.step("step_1") ?? expect.unreachable(), "");
    }
    expect(accumulator.json()).toEqual({
      id: "step_1",
      step_details: { type: "message_creation", message_creation: "a" },
    });
  });

  it("issue 11.29: three values one after another, each in place of the step's details", () => {
    const values = ['{"message_creation":null}', '"a"', "null", "5", "{}", '{"tool_calls":[]}'];
    for (const [first, second, third] of values.flatMap((one) =>
      values.flatMap((two) => values.map((three) => [one, two, three])),
    )) {
      const accumulator = new JsonAccumulator();
      for (const value of [first, second, third]) {
        refusalIn(accumulator, () => accumulator.apply(deltaEvent(`{"step_details":${value}}`)));
        const step = accumulator.accumulator.step("step_1") ?? expect.unreachable();
        expectFaithful(step, `${first}, ${second}, ${third}`);
      }
    }
  }, 60_000);

  it("issue 11.29: each snapshot has a JSON form, or the delta is refused and changes nothing", () => {
    const prototypes = snapshotPrototypes();
    const counts = new Map<string, number>();
    for (let round = 0; round < 200; round++) {
      const random = new Random(seed + round);
      const watched = new JsonAccumulator();
      // Reads its snapshots only at the end, when others have been made from them.
      const late = new StepAccumulator();
      const snapshots: [RunStep, string][] = [];
      for (const event of writeEvents(random)) {
        const context = `seed ${seed + round}: ${event}`;
        const refusal = refusalIn(watched, () => watched.apply(event));
        const code = refusal?.split(" ")[0] ?? "merged";
        counts.set(code, (counts.get(code) ?? 0) + 1);
        const snapshot = applyLate(late, event, code, context);
        if (snapshot !== undefined) {
          const step = watched.accumulator.step("step_1") ?? expect.unreachable(context);
          snapshots.push([snapshot, expectFaithful(step, context)]);
        }
        expect(late.size, context).toBe(watched.accumulator.size);
      }
      random.shuffle(snapshots);
      for (const [snapshot, json] of snapshots) {
        const found = stringifyOpenAI(RunStepSchema, snapshot);
        expect(jsonDifference(found, json), `seed ${seed + round}: ${json}`).toBeUndefined();
      }
    }
    expect(counts.get("merged")).toBeGreaterThan(700);
    for (const code of ["object_ended", "not_mergeable", "identity_changed", "identity_in_delta"]) {
      expect(counts.get(code), code).toBeGreaterThan(0);
    }
    expect(snapshotPrototypes()).toEqual(prototypes);
  }, 60_000);
});
