import { DocumentSchema, RunStepListSchema, RunStepSchema, ToolCallsSchema } from "@stepwire/core";
import { compileSchemas } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { check, fromOpenAI, OpenAIJsonError, parseOpenAI } from "../src/index.js";
import { messageStep, places } from "./run-steps.js";

const wrong = {
  ...messageStep,
  object: "thread.run",
  id: 1,
  status: "paused",
  run_id: undefined,
  step_details: { type: "tool_calls", tool_calls: [{ id: "a", type: "web", web: {} }, 2] },
  metadata: { a: "\ud800" },
  extra: true,
};

describe("check", () => {
  it("finds nothing wrong with a canonical document", () => {
    expect(check(RunStepSchema, messageStep, { mode: "strict" })).toEqual([]);
  });

  it("lists what each mode refuses", () => {
    expect(places(check(RunStepSchema, wrong, { mode: "strict" })).sort()).toEqual([
      "missing_member /run_id",
      "not_representable /metadata/a",
      "unknown_member /extra",
      "unknown_member /step_details/tool_calls/0/web",
      "unknown_value /object",
      "unknown_value /status",
      "unknown_variant /step_details/tool_calls/0/type",
      "wrong_type /id",
      "wrong_type /step_details/tool_calls/1",
    ]);
    expect(places(check(RunStepSchema, wrong)).sort()).toEqual([
      "missing_member /run_id",
      "wrong_type /id",
      "wrong_type /step_details/tool_calls/1",
    ]);
    expect(check(RunStepSchema, wrong, { mode: "archive" })).toEqual([]);
  });

  it("says what it expected, what it found, and where the schema says so", () => {
    expect(check(RunStepSchema, { ...messageStep, status: "paused" }, { mode: "strict" })).toEqual([
      {
        code: "unknown_value",
        pointer: "/status",
        path: "stepwire.v1.RunStep.status",
        expected:
          'one of "queued", "in_progress", "requires_action", "cancelling", "cancelled", "failed", "completed", "incomplete", "expired"',
        found: '"paused"',
      },
    ]);
  });

  it("agrees with fromOpenAI, and with parseOpenAI where the text says the same", () => {
    const value: typeof messageStep = JSON.parse(JSON.stringify(wrong));
    for (const mode of ["strict", "preserve"] as const) {
      const checked = check(RunStepSchema, value, { mode });
      expect(refusal(() => fromOpenAI(RunStepSchema, value, { mode })).violations).toEqual(checked);
      const parsed = refusal(() => parseOpenAI(RunStepSchema, JSON.stringify(wrong), { mode }));
      expect(places(parsed.violations).sort()).toEqual(places(checked).sort());
      for (const { offset } of parsed.violations) {
        expect(offset).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it("goes into lists", () => {
    const page = {
      object: "list",
      data: [messageStep, { ...messageStep, id: null }],
      first_id: null,
      last_id: null,
      has_more: "no",
    };
    expect(check(RunStepListSchema, page)).toMatchObject([
      { code: "wrong_type", pointer: "/data/1/id", path: "stepwire.v1.RunStep.id" },
      { code: "wrong_type", pointer: "/has_more", expected: "true or false", found: '"no"' },
    ]);
  });

  it("takes an undefined tag of a union for absent", () => {
    const found = check(DocumentSchema, { event: undefined, a: 1 }, { mode: "strict" });
    expect(places(found)).toEqual(["unknown_variant /object"]);
    expect(fromOpenAI(DocumentSchema, JSON.parse('{"a":1}')).document.case).toBe("other");
  });

  it("is about documents, which an array and a union by kind are not", () => {
    expect(() => check(ToolCallsSchema, [])).toThrow(TypeError);
    expect(() => check(ToolCallsSchema, [])).toThrow(
      "stepwire.v1.ToolCalls is an array within a document, not a document",
    );
    const content = compileSchemas()("Content");
    expect(() => check(content, {})).toThrow(
      "acme.engine.v1.Content is a union by kind within a document, not a document",
    );
  });
});

function refusal(read: () => unknown): OpenAIJsonError {
  try {
    read();
  } catch (error) {
    if (error instanceof OpenAIJsonError) {
      return error;
    }
    throw error;
  }
  throw new Error("nothing was refused");
}
