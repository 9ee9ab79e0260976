import type { DescMessage, Message } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import {
  type Document,
  DocumentSchema,
  type RunStep,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  type StreamEvent,
  StreamEventSchema,
} from "@stepwire/core";
import type {
  AssistantStreamEvent,
  JsonObject,
  ListRunStepsResponse,
  RunStepDeltaObject,
  RunStepObject,
} from "@stepwire/core/openai";
import { describe, expectTypeOf, it } from "vitest";
import {
  check,
  fromOpenAI,
  inspectResidue,
  parseOpenAI,
  type ResidueEntry,
  stringifyOpenAI,
  stripResidue,
  toOpenAI,
  type Violation,
} from "../src/index.js";
import { messageStep } from "./run-steps.js";

/** Checked by the compiler; it never runs. */
function neverRun(_: () => void): void {}

describe("the types", () => {
  it("of JSON go by the schema", () => {
    neverRun(() => {
      expectTypeOf(toOpenAI(RunStepSchema, create(RunStepSchema))).toEqualTypeOf<RunStepObject>();
      expectTypeOf(
        toOpenAI(RunStepDeltaSchema, create(RunStepDeltaSchema)),
      ).toEqualTypeOf<RunStepDeltaObject>();
      expectTypeOf(
        toOpenAI(RunStepListSchema, create(RunStepListSchema)),
      ).toEqualTypeOf<ListRunStepsResponse>();
      expectTypeOf(
        toOpenAI(StreamEventSchema, create(StreamEventSchema)),
      ).toEqualTypeOf<AssistantStreamEvent>();
    });
  });

  it("of messages go by the schema", () => {
    neverRun(() => {
      expectTypeOf(fromOpenAI(RunStepSchema, messageStep)).toEqualTypeOf<RunStep>();
      expectTypeOf(parseOpenAI(StreamEventSchema, "")).toEqualTypeOf<StreamEvent>();
      expectTypeOf(parseOpenAI(DocumentSchema, new Uint8Array())).toEqualTypeOf<Document>();
      expectTypeOf(stripResidue(RunStepSchema, create(RunStepSchema))).toEqualTypeOf<RunStep>();
    });
  });

  it("of a schema that is known at run time alone are general", () => {
    neverRun(() => {
      const schema: DescMessage = RunStepSchema;
      expectTypeOf(toOpenAI(schema, create(schema))).toEqualTypeOf<JsonObject>();
      expectTypeOf(fromOpenAI(schema, { a: [1] })).toEqualTypeOf<Message>();
      expectTypeOf(parseOpenAI(schema, "")).toEqualTypeOf<Message>();
    });
  });

  it("of the rest", () => {
    neverRun(() => {
      expectTypeOf(stringifyOpenAI(RunStepSchema, create(RunStepSchema))).toEqualTypeOf<string>();
      expectTypeOf(check(RunStepSchema, 1)).toEqualTypeOf<readonly Violation[]>();
      expectTypeOf(inspectResidue(RunStepSchema, create(RunStepSchema))).toEqualTypeOf<
        readonly ResidueEntry[]
      >();
    });
  });

  it("accept what a server may write", () => {
    neverRun(() => {
      const { completed_at: _, ...withoutNullable } = messageStep;
      fromOpenAI(RunStepSchema, withoutNullable);
      fromOpenAI(RunStepSchema, { ...messageStep, expired_at: null });
      fromOpenAI(RunStepSchema, { ...messageStep, metadata: null }, { mode: "strict" });
    });
  });

  it("refuse what is wrong at a glance", () => {
    neverRun(() => {
      // @ts-expect-error a string is not a number
      fromOpenAI(RunStepSchema, { ...messageStep, created_at: "1" });
      // @ts-expect-error the object of another message
      fromOpenAI(RunStepListSchema, messageStep);
      // @ts-expect-error an enum has only its strings
      fromOpenAI(RunStepSchema, { ...messageStep, status: "paused" });
      const { id: _, ...withoutRequired } = messageStep;
      // @ts-expect-error a required member
      fromOpenAI(RunStepSchema, withoutRequired);
      // @ts-expect-error the message of another schema
      toOpenAI(RunStepSchema, create(RunStepListSchema));
      // @ts-expect-error no such mode
      check(RunStepSchema, messageStep, { mode: "lenient" });
      // @ts-expect-error a size is for text alone
      fromOpenAI(RunStepSchema, messageStep, { maxBytes: 1 });
    });
  });
});
