import type { OpenAIJson, OpenAIJsonInput, RunStatus } from "@stepwire/core/openai";
import type { CursorPageResponse } from "openai/core/pagination";
import type { AssistantStreamEvent } from "openai/resources/beta/assistants";
import type { ImageFile } from "openai/resources/beta/threads/messages";
import type { RunStatus as PackageRunStatus, Run } from "openai/resources/beta/threads/runs/runs";
import type { RunStep, RunStepDeltaEvent } from "openai/resources/beta/threads/runs/steps";
import type { ErrorObject } from "openai/resources/shared";
import { describe, expectTypeOf, it } from "vitest";
import type {
  ErrorEventSchema,
  ImageFileSchema,
  LastErrorSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "../src/index.js";
import type { notAccepted, notYielded } from "./openai-package.js";
import type { Differences } from "./type-differences.js";

type NotAccepted<Name extends keyof typeof notAccepted> = (typeof notAccepted)[Name][number];
type NotYielded<Name extends keyof typeof notYielded> = (typeof notYielded)[Name][number];

describe("the types of the openai package are accepted, but where docs/model.md says why not", () => {
  it("as run steps", () => {
    type Input = OpenAIJsonInput<typeof RunStepSchema>;
    expectTypeOf<RunStep>().toExtend<Input>();
    expectTypeOf<Differences<RunStep, Input>>().toEqualTypeOf<never>();
  });

  it("as deltas", () => {
    type Input = OpenAIJsonInput<typeof RunStepDeltaSchema>;
    expectTypeOf<Differences<RunStepDeltaEvent, Input>>().toEqualTypeOf<
      NotAccepted<"RunStepDeltaObject">
    >();
  });

  it("as pages", () => {
    type Input = OpenAIJsonInput<typeof RunStepListSchema>;
    type Page = CursorPageResponse<Input["data"][number]>;
    expectTypeOf<Differences<Page, Input>>().toEqualTypeOf<NotAccepted<"ListRunStepsResponse">>();
  });

  it("as errors", () => {
    expectTypeOf<ErrorObject>().toExtend<OpenAIJsonInput<typeof ErrorEventSchema>>();
    expectTypeOf<Run.LastError>().toExtend<OpenAIJsonInput<typeof LastErrorSchema>>();
  });

  it("as images", () => {
    expectTypeOf<ImageFile>().toExtend<OpenAIJsonInput<typeof ImageFileSchema>>();
  });
});

describe("the types of the openai package are yielded, but where docs/model.md says why not", () => {
  it("from run steps", () => {
    type Output = OpenAIJson<typeof RunStepSchema>;
    expectTypeOf<Differences<Output, RunStep>>().toEqualTypeOf<NotYielded<"RunStepObject">>();
  });

  it("from deltas", () => {
    type Output = OpenAIJson<typeof RunStepDeltaSchema>;
    expectTypeOf<Differences<Output, RunStepDeltaEvent>>().toEqualTypeOf<
      NotYielded<"RunStepDeltaObject">
    >();
  });

  it("from pages", () => {
    type Output = OpenAIJson<typeof RunStepListSchema>;
    expectTypeOf<Output>().toExtend<CursorPageResponse<Output["data"][number]>>();
  });

  it("from errors", () => {
    type Output = OpenAIJson<typeof ErrorEventSchema>;
    expectTypeOf<Differences<Output, ErrorObject>>().toEqualTypeOf<NotYielded<"ErrorEvent">>();
    expectTypeOf<OpenAIJson<typeof LastErrorSchema>>().toExtend<Run.LastError>();
  });

  it("from images", () => {
    expectTypeOf<OpenAIJson<typeof ImageFileSchema>>().toExtend<ImageFile>();
  });
});

describe("the names of the openai package are ours", () => {
  it("of states", () => {
    expectTypeOf<RunStatus>().toEqualTypeOf<PackageRunStatus>();
  });

  it("of events", () => {
    type Event = OpenAIJson<typeof StreamEventSchema>;
    expectTypeOf<KnownName<Event>>().toEqualTypeOf<AssistantStreamEvent["event"] | "done">();
  });
});

/** The names of the events that are known by name. */
type KnownName<Event> = Event extends { event: infer Name }
  ? string extends Name
    ? never
    : Name
  : never;
