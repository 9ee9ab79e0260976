import type { OpenAIJson, OpenAIJsonInput } from "@stepwire/core/openai";
import type { CursorPageResponse } from "openai/core/pagination";
import type { Assistant, AssistantDeleted } from "openai/resources/beta/assistants";
import type {
  Message,
  MessageDeleted,
  MessageDeltaEvent,
} from "openai/resources/beta/threads/messages";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { Thread, ThreadDeleted } from "openai/resources/beta/threads/threads";
import { describe, expectTypeOf, it } from "vitest";
import type {
  AssistantDeletedSchema,
  AssistantListSchema,
  AssistantSchema,
  RunListSchema,
  RunSchema,
  ThreadDeletedSchema,
  ThreadMessageDeletedSchema,
  ThreadMessageDeltaSchema,
  ThreadMessageListSchema,
  ThreadMessageSchema,
  ThreadSchema,
} from "../src/index.js";
import type { notAccepted, notYielded } from "./openai-package.js";
import type { Differences } from "./type-differences.js";

type NotAccepted<Name extends keyof typeof notAccepted> = (typeof notAccepted)[Name][number];
type NotYielded<Name extends keyof typeof notYielded> = (typeof notYielded)[Name][number];

/** A page of the package with our elements. */
type PageOf<List extends { data: unknown[] }> = CursorPageResponse<List["data"][number]>;

describe("the types of the openai package are accepted, but where docs/model.md says why not", () => {
  it("as runs", () => {
    type Input = OpenAIJsonInput<typeof RunSchema>;
    expectTypeOf<Differences<Run, Input>>().toEqualTypeOf<NotAccepted<"RunObject">>();
  });

  it("as messages", () => {
    expectTypeOf<Message>().toExtend<OpenAIJsonInput<typeof ThreadMessageSchema>>();
  });

  it("as deltas of messages", () => {
    expectTypeOf<MessageDeltaEvent>().toExtend<OpenAIJsonInput<typeof ThreadMessageDeltaSchema>>();
  });

  it("as threads", () => {
    expectTypeOf<Thread>().toExtend<OpenAIJsonInput<typeof ThreadSchema>>();
  });

  it("as assistants", () => {
    type Input = OpenAIJsonInput<typeof AssistantSchema>;
    expectTypeOf<Differences<Assistant, Input>>().toEqualTypeOf<NotAccepted<"AssistantObject">>();
  });

  it("as pages", () => {
    type Runs = OpenAIJsonInput<typeof RunListSchema>;
    type Messages = OpenAIJsonInput<typeof ThreadMessageListSchema>;
    type Assistants = OpenAIJsonInput<typeof AssistantListSchema>;
    expectTypeOf<Differences<PageOf<Runs>, Runs>>().toEqualTypeOf<
      NotAccepted<"ListRunsResponse">
    >();
    expectTypeOf<Differences<PageOf<Messages>, Messages>>().toEqualTypeOf<
      NotAccepted<"ListMessagesResponse">
    >();
    expectTypeOf<Differences<PageOf<Assistants>, Assistants>>().toEqualTypeOf<
      NotAccepted<"ListAssistantsResponse">
    >();
  });

  it("as deletions", () => {
    expectTypeOf<ThreadDeleted>().toExtend<OpenAIJsonInput<typeof ThreadDeletedSchema>>();
    expectTypeOf<MessageDeleted>().toExtend<OpenAIJsonInput<typeof ThreadMessageDeletedSchema>>();
    expectTypeOf<AssistantDeleted>().toExtend<OpenAIJsonInput<typeof AssistantDeletedSchema>>();
  });
});

describe("the types of the openai package are yielded, but where docs/model.md says why not", () => {
  it("from runs", () => {
    type Output = OpenAIJson<typeof RunSchema>;
    expectTypeOf<Differences<Output, Run>>().toEqualTypeOf<NotYielded<"RunObject">>();
  });

  it("from messages", () => {
    type Output = OpenAIJson<typeof ThreadMessageSchema>;
    expectTypeOf<Differences<Output, Message>>().toEqualTypeOf<NotYielded<"MessageObject">>();
  });

  it("from deltas of messages", () => {
    type Output = OpenAIJson<typeof ThreadMessageDeltaSchema>;
    expectTypeOf<Differences<Output, MessageDeltaEvent>>().toEqualTypeOf<
      NotYielded<"MessageDeltaObject">
    >();
  });

  it("from threads", () => {
    type Output = OpenAIJson<typeof ThreadSchema>;
    expectTypeOf<Differences<Output, Thread>>().toEqualTypeOf<NotYielded<"ThreadObject">>();
  });

  it("from assistants", () => {
    type Output = OpenAIJson<typeof AssistantSchema>;
    expectTypeOf<Differences<Output, Assistant>>().toEqualTypeOf<NotYielded<"AssistantObject">>();
  });

  it("from pages", () => {
    type Runs = OpenAIJson<typeof RunListSchema>;
    type Messages = OpenAIJson<typeof ThreadMessageListSchema>;
    type Assistants = OpenAIJson<typeof AssistantListSchema>;
    expectTypeOf<Runs>().toExtend<PageOf<Runs>>();
    expectTypeOf<Messages>().toExtend<PageOf<Messages>>();
    expectTypeOf<Assistants>().toExtend<PageOf<Assistants>>();
  });

  it("from deletions", () => {
    expectTypeOf<OpenAIJson<typeof ThreadDeletedSchema>>().toExtend<ThreadDeleted>();
    expectTypeOf<OpenAIJson<typeof ThreadMessageDeletedSchema>>().toExtend<MessageDeleted>();
    expectTypeOf<OpenAIJson<typeof AssistantDeletedSchema>>().toExtend<AssistantDeleted>();
  });
});
