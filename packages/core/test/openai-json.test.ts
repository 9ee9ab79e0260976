import type { DescMessage } from "@bufbuild/protobuf";
import type {
  AssistantStreamEvent,
  JsonObject,
  OpenAIJson,
  OpenAIJsonInput,
  OpenAIJsonTypes,
  RunStepFunctionObjectDelta,
  RunStepObject,
} from "@stepwire/core/openai";
import { describe, expectTypeOf, it } from "vitest";
import type { DocumentSchema, RunStepSchema, StreamEventSchema } from "../src/index.js";

describe("OpenAIJson", () => {
  it("is the generated type of the message", () => {
    expectTypeOf<OpenAIJson<typeof RunStepSchema>>().toEqualTypeOf<RunStepObject>();
    expectTypeOf<OpenAIJson<typeof StreamEventSchema>>().toEqualTypeOf<AssistantStreamEvent>();
  });

  it("is any JSON object where the message is not known", () => {
    expectTypeOf<OpenAIJson<DescMessage>>().toEqualTypeOf<JsonObject>();
  });

  it("is the union of the types where the message is one of several", () => {
    type Either = OpenAIJson<typeof RunStepSchema | typeof StreamEventSchema>;
    expectTypeOf<Either>().toEqualTypeOf<RunStepObject | AssistantStreamEvent>();
  });
});

describe("OpenAIJsonInput", () => {
  it("accepts what is yielded, of every message", () => {
    type Refused = {
      [Name in keyof OpenAIJsonTypes]: OpenAIJsonTypes[Name] extends InputOf<Name> ? never : Name;
    }[keyof OpenAIJsonTypes];
    expectTypeOf<Refused>().toEqualTypeOf<never>();
  });

  it("accepts that a nullable member is absent", () => {
    type Step = OpenAIJsonInput<typeof RunStepSchema>;
    expectTypeOf<Omit<RunStepObject, "usage" | "last_error">>().toExtend<Step>();
    expectTypeOf<Omit<RunStepObject, "status">>().not.toExtend<Step>();
  });

  it("accepts that an optional member is null", () => {
    type Step = OpenAIJsonInput<typeof RunStepSchema>;
    expectTypeOf<Omit<RunStepObject, "metadata"> & { metadata: null }>().toExtend<Step>();
    expectTypeOf<{ output: null }>().toExtend<InputOf<"stepwire.v1.DeltaFunctionCall">>();
    expectTypeOf<{ output: null }>().not.toExtend<RunStepFunctionObjectDelta>();
  });

  it("does not accept null for a required member", () => {
    type Step = OpenAIJsonInput<typeof RunStepSchema>;
    expectTypeOf<Omit<RunStepObject, "status"> & { status: null }>().not.toExtend<Step>();
  });

  it("accepts any JSON object where the schema does", () => {
    expectTypeOf<{ anything: (string | null)[] }>().toExtend<
      OpenAIJsonInput<typeof DocumentSchema>
    >();
    expectTypeOf<JsonObject>().toExtend<OpenAIJsonInput<DescMessage>>();
  });
});

/** The input for a message by its type name. */
type InputOf<Name extends string> = OpenAIJsonInput<DescMessage & { readonly typeName: Name }>;
