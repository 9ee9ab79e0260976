import { fromBinary } from "@bufbuild/protobuf";
import { RunStepSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { formatViolation, fromOpenAI, OpenAIJsonError, type Violation } from "../src/index.js";
import { messageStep } from "./run-steps.js";

const violation: Violation = {
  code: "wrong_type",
  pointer: "/a",
  path: "acme.A.a",
  expected: "a string",
  found: "1",
};

describe("OpenAIJsonError", () => {
  it("is an error with a name, a message and all violations", () => {
    const error = new OpenAIJsonError([violation]);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("OpenAIJsonError");
    expect(error.message).toBe("/a: wrong_type: expected a string, found 1 (acme.A.a)");
    expect(error.violations).toEqual([violation]);
    expect(error.cause).toBeUndefined();
  });

  it("describes three violations and counts the others", () => {
    const lines = (count: number): string[] =>
      new OpenAIJsonError(
        Array.from({ length: count }, (_, index) => ({ ...violation, pointer: `/${index}` })),
      ).message.split("\n");
    expect(lines(3)).toHaveLength(3);
    expect(lines(4).at(-1)).toBe("and 1 more");
    expect(lines(1000)).toHaveLength(4);
    expect(lines(1000).at(-1)).toBe("and 997 more");
  });

  it("names the document itself, and leaves out a proto path that it does not have", () => {
    expect(formatViolation({ ...violation, pointer: "", path: "" })).toBe(
      "the document: wrong_type: expected a string, found 1",
    );
  });

  it("is what refused documents throw", () => {
    const value = { ...messageStep, id: 1, run_id: null };
    expect(() => fromOpenAI(RunStepSchema, JSON.parse(JSON.stringify(value)))).toThrow(
      [
        "/id: wrong_type: expected a string, found 1 (stepwire.v1.RunStep.id)",
        "/run_id: wrong_type: expected a value, found null (stepwire.v1.RunStep.run_id)",
      ].join("\n"),
    );
  });
});

describe("OpenAIJsonError.from", () => {
  it("gives back an error that is one already", () => {
    const error = new OpenAIJsonError([violation]);
    expect(OpenAIJsonError.from(error)).toBe(error);
  });

  it("wraps what protobuf-es throws", () => {
    let reason: unknown;
    try {
      fromBinary(RunStepSchema, Uint8Array.of(0x0a, 0x05, 0x61));
    } catch (error) {
      reason = error;
    }
    const error = OpenAIJsonError.from(reason);
    expect(error.cause).toBe(reason);
    expect(error.violations).toMatchObject([{ code: "malformed_binary", pointer: "", path: "" }]);
    expect(error.violations[0]?.found).not.toBe("");
  });

  it.each([["text"], [undefined], [null], [42], [{ a: 1 }]])("wraps %s", (reason) => {
    const error = OpenAIJsonError.from(reason);
    expect(error.cause).toBe(reason);
    expect(error.violations).toHaveLength(1);
  });
});
