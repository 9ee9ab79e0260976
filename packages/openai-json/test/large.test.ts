import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { DocumentSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  check,
  checkBinary,
  checkText,
  fromOpenAI,
  inspectResidue,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  toOpenAI,
} from "../src/index.js";
import { messageStep, places } from "./run-steps.js";
import { violationsOf } from "./violations-of.js";

const megabyte = 1_000_000;
const archive = { mode: "archive" } as const;
const timeout = 60_000;

/**
 * How much longer something takes for eight times the size, the best of three runs
 * each. The ratio is about 8 for linear work, and 64 for quadratic work.
 */
function growth(run: (size: number) => unknown, size: number): number {
  const best = (count: number): number =>
    Math.min(
      ...[1, 2, 3].map(() => {
        // Time of this process: other programs may keep the processors busy.
        const start = process.cpuUsage();
        run(count);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      }),
    );
  run(size);
  return best(8 * size) / Math.max(best(size), 0.5);
}

/** Far from 8, and as far from 64. */
const linear = 30;

function members(count: number): string {
  return Array.from({ length: count }, (_, index) => `"member ${index}":${index}`).join(",");
}

describe("large input", () => {
  it.each(["[", '{"a":', "[[{}],", '{"object":"thread.run.step","a":[{"b":'])(
    "refuses 10 MB of %s at the depth limit",
    (piece) => {
      const text = piece.repeat((10 * megabyte) / piece.length);
      for (const json of [text, new TextEncoder().encode(text)]) {
        const found = violationsOf(() => parseOpenAI(DocumentSchema, json, archive));
        expect(found).toMatchObject([{ code: "too_deep" }]);
        expect(found[0]?.offset).toBeLessThan(2000);
      }
    },
    timeout,
  );

  it.each([" ", "\n", '"', "\\", "-", "1", "t", "}", "é"])(
    "refuses 10 MB of %j",
    (piece) => {
      const text = piece.repeat(10 * megabyte);
      for (const before of ["", '{"x":', '{"x":"']) {
        const found = violationsOf(() => parseOpenAI(DocumentSchema, before + text, archive));
        expect(places(found).join()).toMatch(/^(not_json|not_an_object) /);
        expect(found[0]?.found.length).toBeLessThan(100);
      }
    },
    timeout,
  );

  it("keeps 20 MB of a string with escapes", { timeout }, () => {
    const string = String.raw`é日😀 xx\n\"\\\u00e9`.repeat(megabyte);
    const json = `{"object":"box","text":"${string}"}`;
    const message = parseOpenAI(DocumentSchema, json);
    const binary = toBinary(DocumentSchema, message);
    const written = stringifyOpenAI(DocumentSchema, fromBinary(DocumentSchema, binary));
    // Not toBe, which would print both.
    expect(written === json).toBe(true);
  });

  it("reads 20 MB of a string into a field", { timeout }, () => {
    const id = "é😀\\n".repeat(5 * megabyte);
    const json = JSON.stringify({ ...messageStep, id: "" }).replace('"id":""', `"id":"${id}"`);
    const message = parseOpenAI(RunStepSchema, json, { mode: "strict" });
    expect(message.id).toHaveLength(20 * megabyte);
    expect(message.id.endsWith("😀\n")).toBe(true);
  });

  it("keeps numbers of millions of digits", { timeout }, () => {
    const digits = "1234567890".repeat(megabyte / 4);
    for (const number of [digits, `-0.${digits}`, `${digits}.${digits}e-${"0".repeat(99)}1`]) {
      const json = JSON.stringify({ ...messageStep, metadata: { n: 0 } })
        .replace('"created_at":1', `"created_at":${number}`)
        .replace('"n":0', `"n":${number}`)
        .replace(/}$/, `,"x":${number}}`);
      const message = parseOpenAI(RunStepSchema, json);
      expect(message.jsonResidue?.members["created_at"] === number).toBe(true);
      expect(message.jsonResidue?.members["metadata"] === `{"n":${number}}`).toBe(true);
      const written = stringifyOpenAI(RunStepSchema, message);
      expect(written.length).toBe(json.length);
    }
  });

  it("cuts what it found short, however long that is", () => {
    const text = `{"id":${"1".repeat(megabyte)},"object":"${"x".repeat(megabyte)}"}`;
    const found = violationsOf(() => parseOpenAI(RunStepSchema, text, { mode: "strict" }));
    for (const violation of found) {
      expect(violation.found.length).toBeLessThan(100);
    }
    expect(new OpenAIJsonError(found).message.length).toBeLessThan(2000);
  });
});

describe("time grows as the input does", () => {
  it("with 100,000 unknown members, in a second or two", { timeout }, () => {
    const start = process.cpuUsage();
    const json = `{${members(100_000)}}`;
    const message = parseOpenAI(RunStepListSchema, json, archive);
    expect(stringifyOpenAI(RunStepListSchema, message)).toHaveLength(json.length);
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(20_000_000);
  });

  it("with unknown members", { timeout }, () => {
    const read = (count: number): unknown =>
      stringifyOpenAI(
        RunStepListSchema,
        parseOpenAI(RunStepListSchema, `{${members(count)}}`, archive),
      );
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with unknown members of a value", { timeout }, () => {
    const read = (count: number): unknown => {
      const value = JSON.parse(`{${members(count)}}`);
      return check(RunStepListSchema, value, archive);
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with entries of a map", { timeout }, () => {
    const read = (count: number): unknown => {
      const json = JSON.stringify({ ...messageStep, metadata: 0 }).replace(
        '"metadata":0',
        `"metadata":{${members(count)}}`,
      );
      return stringifyOpenAI(RunStepSchema, parseOpenAI(RunStepSchema, json));
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with elements of a list", { timeout }, () => {
    const read = (count: number): unknown => {
      const data = Array.from({ length: count }, () => messageStep);
      const page = {
        object: "list",
        data,
        first_id: null,
        last_id: null,
        has_more: false,
      } as const;
      const message = fromOpenAI(RunStepListSchema, page);
      return stringifyOpenAI(RunStepListSchema, message);
    };
    expect(growth(read, 250)).toBeLessThan(linear);
  });

  it("with violations, and their offsets in bytes", { timeout }, () => {
    const read = (count: number): unknown => {
      const bytes = new TextEncoder().encode(`{${members(count)}}`);
      const options = { mode: "strict", maxViolations: 1_000_000 } as const;
      return violationsOf(() => parseOpenAI(RunStepListSchema, bytes, options));
    };
    expect(growth(read, 2_000)).toBeLessThan(linear);
  });

  it("with duplicate members", { timeout }, () => {
    const read = (count: number): unknown => {
      const text = `{${'"a":1,'.repeat(count)}"a":1}`;
      return violationsOf(() => parseOpenAI(RunStepListSchema, text, { maxViolations: 1_000_000 }));
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with objects within each other, each kept whole", { timeout }, () => {
    const read = (count: number): unknown => {
      const inner = '{"a":[1,2,{"b":null}]},'.repeat(count);
      return parseOpenAI(RunStepListSchema, `{"data":[[[${inner}0]]],"x":[${inner}0]}`, archive);
    };
    expect(growth(read, 2_000)).toBeLessThan(linear);
  });

  it("with white space and escapes", { timeout }, () => {
    const read = (count: number): unknown => {
      const text = `{"x":[${String.raw`"\n \u0041" , `.repeat(count)} 0 ]}`;
      return stringifyOpenAI(RunStepListSchema, parseOpenAI(RunStepListSchema, text, archive), {
        space: 2,
      });
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with members in a residue that is inspected and written", { timeout }, () => {
    const read = (count: number): unknown => {
      const message = parseOpenAI(RunStepListSchema, `{${members(count)}}`, archive);
      toOpenAI(RunStepListSchema, message);
      return inspectResidue(RunStepListSchema, message);
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with empty elements, from JSON and to JSON", { timeout }, () => {
    const options = { maxViolations: 10_000_000 };
    const read = (count: number): unknown => {
      const text = `{"data":[${"{},".repeat(count)}{}]}`;
      const binary = Uint8Array.from({ length: 2 * count }, (_, index) => (index % 2 ? 0 : 0x0a));
      return [
        checkText(RunStepListSchema, text, options),
        check(RunStepListSchema, JSON.parse(text), options),
        checkBinary(RunStepListSchema, binary, options),
      ];
    };
    expect(growth(read, 4_000)).toBeLessThan(linear);
  });

  it("with long containers within each other, each read once more", { timeout }, () => {
    const read = (count: number): unknown => {
      const text = `{"data":${'[{"a":'.repeat(40)}"${"x".repeat(100_000)}"${`,"b":[0]},${"[],".repeat(count)}0]`.repeat(40)}}`;
      return checkText(RunStepListSchema, text);
    };
    expect(growth(read, 500)).toBeLessThan(linear);
  });
});
