import { equals, fromJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import {
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
} from "@stepwire/core";
import { compileSchemas } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import {
  fromOpenAI,
  inspectResidue,
  parseOpenAI,
  stringifyOpenAI,
  stripResidue,
} from "../src/index.js";
import { messageStep } from "./run-steps.js";

const schemas = compileSchemas();
const choice = schemas("Choice");
const kinds = schemas("Kinds");

const { completed_at: _, ...step } = messageStep;

/** A step that has something of every kind beyond the schema. */
const odd = JSON.stringify({
  ...step,
  object: undefined,
  expired_at: null,
  status: "paused",
  "a/b~c": [1],
  step_details: {
    type: "tool_calls",
    more: 1,
    tool_calls: [
      { id: "c", type: "bing", bing: {} },
      {
        id: "d",
        type: "file_search",
        file_search: {
          results: [{ file_id: "f", file_name: "n", score: 1, attributes: {}, content: [{}] }],
        },
      },
      { id: "e", type: "code_interpreter", code_interpreter: null },
    ],
  },
});

describe("inspectResidue", () => {
  it("is empty for a canonical document", () => {
    expect(inspectResidue(RunStepSchema, fromOpenAI(RunStepSchema, messageStep))).toEqual([]);
  });

  it("lists everything, by place", () => {
    const message = parseOpenAI(RunStepSchema, odd, { mode: "archive" });
    const entries = inspectResidue(RunStepSchema, message);
    expect(entries).toEqual(
      expect.arrayContaining([
        { pointer: "/object", path: "stepwire.v1.RunStep", kind: "absent_member" },
        { pointer: "/status", path: "stepwire.v1.RunStep", kind: "member", text: '"paused"' },
        { pointer: "/a~1b~0c", path: "stepwire.v1.RunStep", kind: "member", text: "[1]" },
        { pointer: "/completed_at", path: "stepwire.v1.RunStep", kind: "absent" },
        { pointer: "/expired_at", path: "stepwire.v1.RunStep", kind: "null" },
        {
          pointer: "/step_details/more",
          path: "stepwire.v1.StepDetails",
          kind: "member",
          text: "1",
        },
        {
          pointer: "/step_details/tool_calls/0/type",
          path: "stepwire.v1.ToolCall",
          kind: "member",
          text: '"bing"',
        },
        {
          pointer: "/step_details/tool_calls/0/bing",
          path: "stepwire.v1.ToolCall",
          kind: "member",
          text: "{}",
        },
        {
          pointer: "/step_details/tool_calls/1/file_search/results/0/attributes",
          path: "stepwire.v1.FileSearchResult",
          kind: "empty",
        },
        {
          pointer: "/step_details/tool_calls/1/file_search/results/0/content/0/type",
          path: "stepwire.v1.FileSearchResultContent",
          kind: "absent_member",
        },
        {
          pointer: "/step_details/tool_calls/2/code_interpreter",
          path: "stepwire.v1.ToolCall",
          kind: "null",
        },
      ]),
    );
    expect(entries).toHaveLength(11);
  });

  it("goes from the outside in", () => {
    const message = parseOpenAI(RunStepSchema, odd, { mode: "archive" });
    const depths = inspectResidue(RunStepSchema, message).map(
      ({ pointer }) => pointer.split("/").length,
    );
    expect(depths[0]).toBe(2);
    expect(depths.at(-1)).toBeGreaterThan(3);
  });

  it("sees through documents, lists and deltas", () => {
    const document = parseOpenAI(DocumentSchema, odd.replace("{", '{"object":"thread.run.step",'), {
      mode: "archive",
    });
    expect(inspectResidue(DocumentSchema, document)).toHaveLength(10);
    const list = parseOpenAI(
      RunStepListSchema,
      `{"object":"list","data":[${odd},${odd}],"first_id":null,"last_id":null,"has_more":false}`,
      { mode: "archive" },
    );
    const pointers = inspectResidue(RunStepListSchema, list).map(({ pointer }) => pointer);
    expect(pointers).toHaveLength(22);
    expect(pointers).toContain("/data/1/step_details/tool_calls/0/bing");
    const delta = parseOpenAI(
      RunStepDeltaSchema,
      '{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"message_creation":{"x":1}}}}',
    );
    expect(inspectResidue(RunStepDeltaSchema, delta)).toEqual([
      {
        pointer: "/delta/step_details/type",
        path: "stepwire.v1.DeltaStepDetails",
        kind: "absent_member",
      },
      {
        pointer: "/delta/step_details/message_creation/x",
        path: "stepwire.v1.DeltaMessageCreation",
        kind: "member",
        text: "1",
      },
    ]);
  });
});

describe("stripResidue", () => {
  it("gives a copy without residue, and leaves the message alone", () => {
    const message = parseOpenAI(RunStepSchema, odd, { mode: "archive" });
    const before = stringifyOpenAI(RunStepSchema, message);
    const stripped = stripResidue(RunStepSchema, message);
    expect(inspectResidue(RunStepSchema, stripped)).toEqual([]);
    expect(stringifyOpenAI(RunStepSchema, message)).toBe(before);
    expect(stripped.id).toBe("step_1");
    expect(stripped).not.toBe(message);
    expect(stripped.stepDetails).not.toBe(message.stepDetails);
  });

  it("gives an equal message where there is none", () => {
    const message = fromOpenAI(RunStepSchema, messageStep);
    const stripped = stripResidue(RunStepSchema, message);
    expect(equals(RunStepSchema, stripped, message)).toBe(true);
  });

  it("makes a document canonical that has odd members only", () => {
    const message = fromOpenAI(RunStepSchema, { ...step, completed_at: 2, ...{ extra: 1 } });
    expect(
      JSON.parse(stringifyOpenAI(RunStepSchema, stripResidue(RunStepSchema, message))),
    ).toEqual(messageStep);
  });

  it.each([
    // The member of the payload, its JSON, and the canonical form of the payload's members.
    ["a value", "optional_value", undefined, {}],
    ["a value", "optional_value", "null", { optional_value: null }],
    ["a text", "nullable_text", undefined, {}],
    ["a text", "nullable_text", "null", { nullable_text: null }],
    ["a number", "score", "null", { score: 0 }],
    ["an object", "the_part", "null", { the_part: { kind: "part" } }],
    ["an array", "rows", undefined, { rows: [] }],
  ])(
    "makes a union canonical whose payload is null or absent: %s",
    (_, member, json, canonical) => {
      const tag = member === "the_part" ? "a.part" : member;
      const payload = json === undefined ? "" : `,"${member}":${json}`;
      const text = `{"object":"choice","id":"c","type":"${tag}"${payload},"extra":1}`;
      const message = parseOpenAI(choice, text, { mode: "preserve" });
      const stripped = stripResidue(choice, message);
      expect(JSON.parse(stringifyOpenAI(choice, stripped))).toEqual({
        object: "choice",
        id: "c",
        type: tag,
        ...canonical,
      });
      expect(equals(choice, stripResidue(choice, stripped), stripped)).toBe(true);
      expect(inspectResidue(choice, stripped).map(({ kind }) => kind)).not.toContain("member");
    },
  );

  it("makes a union canonical whose payload is a union by kind and absent", () => {
    const text = `{"content":"c","nullable_content":null,"stop":null,"required_mode":"none","required_stop":"s","type":"inner_stop"}`;
    const stripped = stripResidue(kinds, parseOpenAI(kinds, text, { mode: "strict" }));
    expect(JSON.parse(stringifyOpenAI(kinds, stripped))).toEqual(JSON.parse(text));
  });

  it("removes a note about an arm that is not set, or whose payload is not empty", () => {
    const message = parseOpenAI(choice, `{"object":"choice","id":"c","type":"optional_value"}`, {
      mode: "strict",
    });
    const edited = {
      ...message,
      choice: { case: "optionalValue", value: fromJson(ValueSchema, true) },
    };
    expect(inspectResidue(choice, stripResidue(choice, edited))).toEqual([]);
    const other = { ...message, choice: { case: "logs", value: "" } };
    expect(inspectResidue(choice, stripResidue(choice, other))).toEqual([]);
  });
});
