import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DocumentSchema, RunStepListSchema } from "@stepwire/core";
import { compileEveryFeature, DocumentGenerator, type Mode, printedSeed } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import {
  checkBinary,
  checkText,
  inspectResidue,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  stripResidue,
  toOpenAI,
  type Violation,
} from "../src/index.js";
import { places } from "./run-steps.js";
import { violationsOf } from "./violations-of.js";

/*
 * Long texts and large messages are read part by part. Each document is compared with
 * itself, made long: white space in each array and object, unknown fields in each message.
 */

const schemas = [DocumentSchema, RunStepListSchema, ...compileEveryFeature()];
const seed = printedSeed();
const documents = 8;
const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const maxViolations = 1_000_000;
const timeout = 120_000;

const SPACE = " ".repeat(70_000);

/** The same document, with 70,000 spaces at the start of each container. */
function lengthen(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[{[]/gs, (token) =>
    token === "{" || token === "[" ? `${token}${SPACE}` : token,
  );
}

function* generated(schema: DescMessage): Generator<string> {
  const generator = new DocumentGenerator(schema);
  for (let index = 0; index < documents; index++) {
    const { text } = generator.generate(seed + index);
    // Each bracket adds 70 KB.
    if ((text.match(/[{[]/g)?.length ?? 0) < 40) {
      yield text;
    }
  }
}

/** Without offsets, which differ. */
function described(violations: readonly Violation[]): string[] {
  return violations.map(({ code, pointer, path, expected, found }) =>
    [code, pointer, path, expected, found].join(" | "),
  );
}

describe.each(schemas)("$typeName", (schema) => {
  it("a long text is the same message, or refused for the same", { timeout }, () => {
    for (const text of generated(schema)) {
      const long = lengthen(text);
      for (const mode of modes) {
        const violations = checkText(schema, text, { mode, maxViolations });
        const options = { mode, maxViolations, maxBytes: 1e9 };
        expect(described(checkText(schema, long, options))).toEqual(described(violations));
        if (violations.length === 0) {
          const message = parseOpenAI(schema, long, options);
          expect(message).toEqual(parseOpenAI(schema, text, options));
          const values = attempt(() => toOpenAI(schema, message));
          expect(values).toEqual(
            attempt(() => toOpenAI(schema, parseOpenAI(schema, text, options))),
          );
        } else {
          expect(described(violationsOf(() => parseOpenAI(schema, long, options)))).toEqual(
            described(violations),
          );
        }
      }
    }
  });

  it("a large message has the same text, or is refused for the same", { timeout }, () => {
    for (const text of generated(schema)) {
      const message = parseOpenAI(schema, text, { mode: "archive" });
      // Without the residue, much is missing.
      for (const each of [message, stripResidue(schema, message)]) {
        const large = enlarge(schema, toBinary(schema, each));
        const whole = violationsOf(() =>
          stringifyOpenAI(schema, fromBinary(schema, large), { maxViolations }),
        );
        expect(described(checkBinary(schema, large, { maxViolations }))).toEqual(described(whole));
      }
    }
  });

  it("a large message that is malformed anywhere is refused for that alone", { timeout }, () => {
    for (const text of generated(schema)) {
      const message = parseOpenAI(schema, text, { mode: "archive" });
      const large = enlarge(schema, toBinary(schema, message));
      const cut = large.subarray(0, -1);
      if (cut.length > 0) {
        expect(places(checkBinary(schema, cut))).toEqual(["malformed_binary "]);
      }
    }
  });
});

/** The same message, with an unknown field of 70,000 bytes in each message. */
function enlarge(desc: DescMessage, bytes: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = desc.fields.find((each) => each.number === number);
    writer.tag(number, wireType);
    if (field?.message === undefined || wireType !== WireType.LengthDelimited) {
      writer.raw(reader.skip(wireType, number));
    } else if (field.fieldKind === "map") {
      writer.bytes(enlargeEntry(field.message, reader.bytes()));
    } else {
      writer.bytes(enlarge(field.message, reader.bytes()));
    }
  }
  if (desc.typeName !== "google.protobuf.Value") {
    writer.tag(536_870_911, WireType.LengthDelimited).bytes(new Uint8Array(70_000));
  }
  return writer.finish();
}

function enlargeEntry(value: DescMessage, bytes: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    writer.tag(number, wireType);
    if (number === 2) {
      writer.bytes(enlarge(value, reader.bytes()));
    } else {
      writer.raw(reader.skip(wireType, number));
    }
  }
  return writer.finish();
}

function attempt<Result>(run: () => Result): Result | string[] {
  try {
    return run();
  } catch (error) {
    return described(error instanceof OpenAIJsonError ? error.violations : []);
  }
}

describe("many entries", () => {
  it("issue 11.24: inspectResidue lists a million of them", { timeout }, () => {
    const members = Array.from({ length: 1_000_000 }, (_, index) => `"m${index}":0`).join();
    const message = parseOpenAI(RunStepListSchema, `{${members}}`, { mode: "archive" });
    const entries = inspectResidue(RunStepListSchema, message);
    expect(entries.length).toBeGreaterThan(1_000_000);
    expect(entries[123_456]).toMatchObject({ pointer: "/m123456", kind: "member", text: "0" });
  });
});
