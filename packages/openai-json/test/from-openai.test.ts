import { runInNewContext } from "node:vm";
import { RunStepSchema } from "@stepwire/core";
import { snapshotPrototypes } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { check, fromOpenAI, type Mode, stringifyOpenAI, toOpenAI } from "../src/index.js";
import { messageStep, places } from "./run-steps.js";

const modes: readonly Mode[] = ["strict", "preserve", "archive"];

/** A step with something in a member that the schema does not know. */
function stepWith(extra: unknown): object {
  return { ...messageStep, extra };
}

/** A step with something in a member of its metadata. */
function stepWithMetadata(value: unknown): object {
  return { ...messageStep, metadata: { value } };
}

describe("fromOpenAI", () => {
  it("reads what JSON.parse gives", () => {
    const message = fromOpenAI(RunStepSchema, messageStep, { mode: "strict" });
    expect(message).toMatchObject({ id: "step_1", completedAt: 2n });
    expect(message.jsonResidue).toBeUndefined();
    expect(toOpenAI(RunStepSchema, message)).toEqual(messageStep);
  });

  it("does not touch the value, not even a frozen one", () => {
    const value = structuredClone({ ...messageStep, extra: { a: [1, { b: 2 }] } });
    deepFreeze(value);
    const before = JSON.stringify(value);
    const message = fromOpenAI(RunStepSchema, value);
    expect(JSON.stringify(value)).toBe(before);
    expect(toOpenAI(RunStepSchema, message)).toEqual(value);
  });

  it("shares nothing with the value", () => {
    const value = { ...messageStep, metadata: { a: [1] } };
    const message = fromOpenAI(RunStepSchema, value);
    value.metadata.a.push(2);
    expect(toOpenAI(RunStepSchema, message)).toHaveProperty("metadata", { a: [1] });
  });

  it("takes undefined members for absent, as JSON.stringify does", () => {
    const { completed_at: _, ...step } = messageStep;
    const value = {
      ...step,
      completed_at: undefined,
      expired_at: undefined,
      metadata: { a: undefined, b: { c: undefined } },
      extra: { d: undefined, e: 1 },
      nothing: undefined,
    };
    expect(
      check(RunStepSchema, { ...messageStep, nothing: undefined }, { mode: "strict" }),
    ).toEqual([]);
    expect(check(RunStepSchema, { ...messageStep, id: undefined })).toMatchObject([
      { code: "missing_member", pointer: "/id" },
    ]);
    const message = fromOpenAI(RunStepSchema, JSON.parse(JSON.stringify(value)));
    expect(fromUnknown(value)).toEqual(message);
  });

  it.each(modes)("refuses what is no JSON value, in %s", (mode) => {
    for (const value of [
      undefined,
      () => 1,
      Symbol("s"),
      1n,
      new Date(0),
      new Map([["a", 1]]),
      new Set([1]),
      /x/,
      new Error("x"),
      new (class Point {
        x = 1;
      })(),
      Object.create({ inherited: 1 }),
      new Uint8Array(2),
      new Number(1),
      new String("s"),
      Promise.resolve(),
    ]) {
      expect(check(RunStepSchema, value, { mode }), String(value)).toMatchObject([
        { code: "not_an_object", pointer: "", found: expect.stringMatching(/./) },
      ]);
      if (value !== undefined) {
        const inExtra = places(check(RunStepSchema, stepWith([{ a: value }]), { mode }));
        expect(inExtra, String(value)).toContain("not_json /extra/0/a");
        const inMetadata = places(check(RunStepSchema, stepWithMetadata(value), { mode }));
        expect(inMetadata.join(), String(value)).toMatch(/(not_json|wrong_type) \/metadata\/value/);
      }
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %s, which no JSON has",
    (number) => {
      for (const mode of modes) {
        const options = { mode };
        expect(places(check(RunStepSchema, stepWith(number), options))).toContain(
          "not_json /extra",
        );
        const inField = check(RunStepSchema, { ...messageStep, created_at: number }, options);
        expect(places(inField).join()).toMatch(/(not_json|wrong_type) \/created_at/);
        expect(check(RunStepSchema, stepWithMetadata([number]), options)).not.toEqual([]);
      }
    },
  );

  it("refuses holes and undefined in arrays, which JSON.stringify would turn into null", () => {
    // biome-ignore lint/suspicious/noSparseArray: it is the subject
    for (const array of [[1, , 2], [undefined], new Array(3)]) {
      for (const mode of modes) {
        expect(check(RunStepSchema, stepWith(array), { mode })).not.toEqual([]);
        expect(check(RunStepSchema, stepWithMetadata(array), { mode })).not.toEqual([]);
      }
    }
  });

  it("takes objects without a prototype and of other realms for objects", () => {
    const bare: object = Object.assign(Object.create(null), messageStep, {
      metadata: Object.assign(Object.create(null), { a: 1 }),
    });
    const foreign: unknown = runInNewContext(
      `JSON.parse(${JSON.stringify(JSON.stringify({ ...messageStep, metadata: { a: [1] }, extra: [{}] }))})`,
    );
    for (const value of [bare, foreign]) {
      expect(check(RunStepSchema, value)).toEqual([]);
      expect(toOpenAI(RunStepSchema, fromUnknown(value))).toEqual(
        JSON.parse(JSON.stringify(value)),
      );
    }
    expect(check(RunStepSchema, runInNewContext("new Date(0)"))).toMatchObject([
      { code: "not_an_object", found: "an instance of a class" },
    ]);
  });

  it("takes own members for data, whatever their names", () => {
    const prototypes = snapshotPrototypes();
    const text = `{${JSON.stringify(messageStep).slice(1, -1)},"metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"1":2},"__proto__":{"polluted":1},"hasOwnProperty":3,"toString":4}`;
    const value: unknown = JSON.parse(text);
    const written: object = toOpenAI(RunStepSchema, fromUnknown(value));
    expect(snapshotPrototypes()).toEqual(prototypes);
    expect(JSON.parse(JSON.stringify(written))).toEqual(value);
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
    expect(Object.hasOwn(written, "__proto__")).toBe(true);
    expect({}).not.toHaveProperty("polluted");
  });

  it("sees own enumerable members alone", () => {
    const value = Object.defineProperty({ ...messageStep, [Symbol("s")]: 1 }, "hidden", {
      value: 1,
      enumerable: false,
    });
    expect(check(RunStepSchema, value, { mode: "strict" })).toEqual([]);
  });

  it("ends at the depth limit, cycles or not", () => {
    const cycle: Record<string, unknown> = { ...messageStep };
    cycle["self"] = cycle;
    const list: unknown[] = [];
    list.push(list);
    for (const mode of modes) {
      for (const value of [
        cycle,
        stepWith(list),
        stepWithMetadata(list),
        stepWithMetadata(cycle),
      ]) {
        const violations = check(RunStepSchema, value, { mode });
        expect(violations.at(-1)).toMatchObject({ code: "too_deep" });
      }
    }
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level++) {
      deep = [deep];
    }
    expect(check(RunStepSchema, stepWith(deep)).at(-1)).toMatchObject({
      code: "too_deep",
      pointer: `/extra${"/0".repeat(99)}`,
    });
  });

  it("counts the same levels as the text", () => {
    for (const [levels, codes] of [
      [98, []],
      [99, ["too_deep"]],
    ] as const) {
      let value: unknown = [];
      for (let level = 0; level < levels; level++) {
        value = [value];
      }
      const found = check(RunStepSchema, stepWith(value), { maxDepth: 100 });
      expect(found.map(({ code }) => code)).toEqual(codes);
    }
  });

  it("reports a lone surrogate in a name once, wherever it stands", () => {
    const name = "\ud800";
    for (const value of [
      { ...messageStep, [name]: 1 },
      stepWith({ [name]: { [name]: 1 } }),
      { ...messageStep, metadata: { [name]: 1, other: "\udfff" } },
      { ...messageStep, metadata: { a: { [name]: ["\udfff"] } } },
      { ...messageStep, id: { [name]: 1 } },
    ]) {
      const found = places(check(RunStepSchema, value, { mode: "archive" }));
      expect(found).not.toEqual([]);
      expect(found).toEqual([...new Set(found)]);
      expect(found.every((place) => place.startsWith("lone_surrogate "))).toBe(true);
    }
  });

  it("keeps the sign of zero and every digit of a double", () => {
    for (const number of [-0, 0.1, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2, 1e21]) {
      const message = fromUnknown(stepWith([number]));
      expect(message.jsonResidue?.members["extra"]).toBe(
        `[${Object.is(number, -0) ? "-0" : String(number)}]`,
      );
      expect(toOpenAI(RunStepSchema, message)).toHaveProperty("extra", [number]);
      const inMetadata = fromUnknown(stepWithMetadata(number));
      expect(toOpenAI(RunStepSchema, inMetadata)).toHaveProperty("metadata", { value: number });
    }
  });

  it("keeps integers that a field of 64 bits cannot hold", () => {
    for (const number of [2 ** 63, 1e300, -(2 ** 64), 1.5]) {
      const message = fromUnknown({ ...messageStep, completed_at: number });
      expect(message.completedAt).toBeUndefined();
      expect(stringifyOpenAI(RunStepSchema, message)).toContain(`"completed_at":${String(number)}`);
    }
    expect(fromUnknown({ ...messageStep, completed_at: -(2 ** 63) }).completedAt).toBe(
      -(2n ** 63n),
    );
  });

  it("calls getters, and toJSON never", () => {
    const value = {
      ...messageStep,
      get expired_at() {
        return 5;
      },
      extra: { toJSON: "data" },
    };
    expect(toOpenAI(RunStepSchema, fromUnknown(value))).toEqual({ ...value });
    expect(places(check(RunStepSchema, stepWith({ toJSON: () => 1 })))).toEqual([
      "not_json /extra/toJSON",
    ]);
  });
});

/** Input that the types do not allow. */
function fromUnknown(value: unknown): ReturnType<typeof fromOpenAI<typeof RunStepSchema>> {
  return fromOpenAI(RunStepSchema, value as typeof messageStep);
}

function deepFreeze(value: unknown): void {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const member of Object.values(value)) {
      deepFreeze(member);
    }
  }
}
