import { create, toBinary } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunStatus,
  RunStepSchema,
  RunStepType,
  ToolCallsSchema,
} from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { type AnnotatedMessage, annotate, findProblem, visitAnnotations } from "../src/index.js";

const step = toBinary(
  RunStepSchema,
  create(RunStepSchema, {
    id: "step_1",
    createdAt: 1n,
    type: RunStepType.TOOL_CALLS,
    status: RunStatus.COMPLETED,
    stepDetails: {
      stepDetails: {
        case: "toolCalls",
        value: {
          toolCalls: [
            { id: "a", toolCall: { case: "codeInterpreter", value: { input: "1" } } },
            {
              id: "b",
              toolCall: {
                case: "fileSearch",
                value: {
                  rankingOptions: { scoreThreshold: 0.5 },
                  jsonResidue: { emptyFields: [2, 300], members: { "a.b": "1" } },
                },
              },
            },
          ],
        },
      },
    },
    metadata: { key: { kind: { case: "boolValue", value: true } } },
  }),
);

/** The annotations by their paths. */
function byPath({ annotations }: AnnotatedMessage) {
  return new Map(annotations.map((annotation) => [annotation.path, annotation]));
}

describe("annotate", () => {
  it("names every field by its path, in the order of the bytes", () => {
    const { annotations, problems } = annotate(RunStepSchema, step);
    expect(problems).toEqual([]);
    expect(annotations.map(({ path }) => path)).toEqual([
      "id",
      "created_at",
      "type",
      "status",
      "step_details",
      "step_details.tool_calls",
      "step_details.tool_calls[0]",
      "step_details.tool_calls[0].id",
      "step_details.tool_calls[0].code_interpreter",
      "step_details.tool_calls[0].code_interpreter.input",
      "step_details.tool_calls[1]",
      "step_details.tool_calls[1].id",
      "step_details.tool_calls[1].file_search",
      "step_details.tool_calls[1].file_search.ranking_options",
      "step_details.tool_calls[1].file_search.ranking_options.score_threshold",
      "step_details.tool_calls[1].file_search.json_residue",
      'step_details.tool_calls[1].file_search.json_residue.members["a.b"]',
      'step_details.tool_calls[1].file_search.json_residue.members["a.b"].key',
      'step_details.tool_calls[1].file_search.json_residue.members["a.b"].value',
      "step_details.tool_calls[1].file_search.json_residue.empty_fields",
      'metadata["key"]',
      'metadata["key"].key',
      'metadata["key"].value',
      'metadata["key"].value.bool_value',
    ]);
  });

  it("leaves no byte out, and counts none twice", () => {
    const owners = new Uint8Array(step.length);
    for (const { tag, length, value, content } of annotate(RunStepSchema, step).annotations) {
      const ranges = [tag, ...(length ? [length] : [])];
      if (content.kind !== "message" && content.kind !== "entry") {
        ranges.push(value);
      }
      for (const { start, end } of ranges) {
        for (let offset = start; offset < end; offset++) {
          owners[offset] = (owners[offset] ?? 0) + 1;
        }
      }
    }
    expect(owners.every((count) => count === 1)).toBe(true);
  });

  it("gives the values", () => {
    const found = byPath(annotate(RunStepSchema, step));
    expect(found.get("id")?.content).toEqual({ kind: "string", value: "step_1" });
    expect(found.get("created_at")?.content).toEqual({ kind: "number", value: 1n });
    expect(found.get("status")?.content).toMatchObject({
      kind: "enum",
      value: 7,
      name: "RUN_STATUS_COMPLETED",
    });
    expect(found.get('metadata["key"].value.bool_value')?.content).toEqual({
      kind: "boolean",
      value: true,
    });
    const search = "step_details.tool_calls[1].file_search";
    expect(found.get(`${search}.ranking_options.score_threshold`)?.content).toEqual({
      kind: "number",
      value: 0.5,
    });
    expect(found.get(`${search}.json_residue.empty_fields`)?.content).toEqual({
      kind: "packed",
      values: [
        { kind: "number", value: 2 },
        { kind: "number", value: 300 },
      ],
    });
  });

  it("gives the places of tag, length and value", () => {
    expect(annotate(RunStepSchema, Buffer.from("fa7f021000", "hex")).annotations).toMatchObject([
      {
        path: "json_residue",
        depth: 0,
        fieldNumber: 2047,
        wireType: "LEN",
        tag: { start: 0, end: 2 },
        length: { start: 2, end: 3 },
        value: { start: 3, end: 5 },
      },
      { path: "json_residue.null_fields[0]", depth: 1, tag: { start: 3, end: 4 } },
    ]);
  });

  it("numbers the elements of a list that is not packed", () => {
    // null_fields = 2, once for each element, then two elements in one piece, then one more.
    const residue = "1001" + "1002" + "12020304" + "1005";
    const { annotations } = annotate(RunStepSchema, Buffer.from(`fa7f0a${residue}`, "hex"));
    expect(annotations.slice(1).map(({ path }) => path)).toEqual([
      "json_residue.null_fields[0]",
      "json_residue.null_fields[1]",
      "json_residue.null_fields",
      "json_residue.null_fields[4]",
    ]);
  });

  it("keeps the field's name where the array is the outermost message", () => {
    const bytes = toBinary(ToolCallsSchema, create(ToolCallsSchema, { toolCalls: [{ id: "a" }] }));
    expect([...byPath(annotate(ToolCallsSchema, bytes)).keys()]).toEqual([
      "tool_calls[0]",
      "tool_calls[0].id",
    ]);
  });

  it("shows fields that the schema does not have", () => {
    const fields = ["9806" + "05", "9a06" + "0161", "9d06" + "01020304", "9b06" + "0801" + "9c06"];
    const { annotations, problems } = annotate(DocumentSchema, Buffer.from(fields.join(""), "hex"));
    expect(problems).toEqual([]);
    expect(annotations).toMatchObject([
      { path: "99", wireType: "VARINT", content: { kind: "unknown" }, value: { start: 2, end: 3 } },
      { path: "99", wireType: "LEN", content: { kind: "unknown" }, value: { start: 6, end: 7 } },
      { path: "99", wireType: "I32", content: { kind: "unknown" }, value: { start: 9, end: 13 } },
      {
        path: "99",
        wireType: "SGROUP",
        content: { kind: "unknown" },
        value: { start: 15, end: 19 },
      },
    ]);
  });

  it("shows a field with another wire type as unknown, with what was expected", () => {
    expect(annotate(RunStepSchema, Buffer.from("0801120141", "hex")).annotations).toMatchObject([
      { path: "id", content: { kind: "unknown", expected: "LEN" } },
      { path: "created_at", content: { kind: "unknown", expected: "VARINT" } },
    ]);
  });
});

describe("annotate, of bytes that are no message", () => {
  const damaged: readonly (readonly [string, string, number, string, RegExp])[] = [
    ["a varint that ends too early", "10ff", 1, "created_at", /ends? within a varint/],
    ["a varint of 11 bytes", "10ffffffffffffffffffff01", 1, "created_at", /more than 10 bytes/],
    ["a length beyond the end", "0a0541", 1, "id", /length of 5 where 1/],
    ["text that is not UTF-8", "0a02c328", 2, "id", /not UTF-8/],
    ["field number 0", "0001", 0, "", /field number 0/],
    ["wire type 6", "0e", 0, "", /wire type 6/],
    ["a group that nobody closes", "9b060801", 4, "99", /ends? within a varint/],
    ["a group that another number closes", "9b06a406", 2, "99", /group 100 that is not open/],
    ["the end of a group that is not open", "9c06", 0, "99", /group 99 that is not open/],
    [
      "a message that ends within the message around it",
      "6a0212053801",
      3,
      "step_details.tool_calls",
      /length of 5 where 0/,
    ],
  ];

  it.each(damaged)("says where %s is", (_, hexadecimal, offset, path, message) => {
    const { problems } = annotate(RunStepSchema, Buffer.from(hexadecimal, "hex"));
    expect(problems).toEqual([{ offset, path, message: expect.stringMatching(message) }]);
  });

  it("goes on behind a message that is damaged inside", () => {
    const { annotations, problems } = annotate(RunStepSchema, Buffer.from("6a02120a3801", "hex"));
    expect(problems).toHaveLength(1);
    expect(annotations.at(-1)).toMatchObject({ path: "status", content: { value: 1 } });
  });

  it("shows the part of a text that is there, without half a character", () => {
    const { annotations } = annotate(RunStepSchema, Buffer.from("0a0a6162c3", "hex"));
    expect(annotations).toMatchObject([
      { path: "id", value: { start: 2, end: 5 }, content: { kind: "string", value: "ab" } },
    ]);
  });

  it("has something to say wherever a message is cut off", () => {
    const whole = annotate(RunStepSchema, step).annotations.length;
    for (let length = 0; length < step.length; length++) {
      const { annotations, problems } = annotate(RunStepSchema, step.subarray(0, length));
      expect(problems.length).toBeLessThanOrEqual(1);
      expect(annotations.length).toBeLessThanOrEqual(whole);
      for (const { offset } of problems) {
        expect(offset).toBeLessThanOrEqual(length);
      }
    }
  });

  it("survives any bytes", () => {
    let seed = 1;
    for (let round = 0; round < 1000; round++) {
      const bytes = step.slice();
      for (let change = 0; change < 4; change++) {
        seed = (seed * 48_271) % 2_147_483_647;
        bytes[seed % bytes.length] = seed >>> 8;
      }
      expect(() => annotate(RunStepSchema, bytes)).not.toThrow();
    }
  });

  it("stops at messages that are too deep within each other", () => {
    // metadata, its value, and then lists of values: each level is one more of both.
    let value: Buffer = Buffer.from("2001", "hex");
    for (let level = 0; level < 120; level++) {
      value = lengthDelimited(0x32, lengthDelimited(0x0a, value));
    }
    const bytes = lengthDelimited(0x7a, lengthDelimited(0x12, value));
    const { problems } = annotate(RunStepSchema, bytes);
    expect(problems).toEqual([
      expect.objectContaining({ message: "more than 100 messages within each other" }),
    ]);
  });
});

function lengthDelimited(tag: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest >>>= 7) {
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}

describe("visitAnnotations", () => {
  function visited(bytes: Uint8Array): AnnotatedMessage {
    const annotations: AnnotatedMessage["annotations"][number][] = [];
    const problems: AnnotatedMessage["problems"][number][] = [];
    visitAnnotations(RunStepSchema, bytes, {
      annotation: (annotation) => annotations.push(annotation),
      problem: (problem) => problems.push(problem),
    });
    return { annotations, problems };
  }

  /** Packed values count, and are not kept. */
  function withoutValues({ annotations, problems }: AnnotatedMessage): AnnotatedMessage {
    return {
      annotations: annotations.map((annotation) =>
        annotation.content.kind === "packed"
          ? {
              ...annotation,
              content: { kind: "packed", values: new Array(annotation.content.values.length) },
            }
          : annotation,
      ),
      problems,
    };
  }

  it("issue 11.19: sees what annotate lists, of bytes that are cut off anywhere too", () => {
    for (let end = 0; end <= step.length; end++) {
      const bytes = step.subarray(0, end);
      const expected = annotate(RunStepSchema, bytes);
      expect(visited(bytes)).toEqual(withoutValues(expected));
      expect(findProblem(RunStepSchema, bytes)).toEqual(expected.problems[0]);
    }
  });
});
