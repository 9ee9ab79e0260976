import type {
  ChatCompletionChunkSchema,
  ChatCompletionDeletedSchema,
  ChatCompletionRequestSchema,
  ChatCompletionSchema,
} from "@stepwire/core/chat";
import type { ChatFinishReason } from "@stepwire/core/chat/openai";
import type { OpenAIJson, OpenAIJsonInput } from "@stepwire/core/openai";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionDeleted,
} from "openai/resources/chat/completions";
import { describe, expect, expectTypeOf, it } from "vitest";
import { notAccepted, notYielded } from "./chat-package.js";
import { nameIn, namesIn, readTable } from "./model-tables.js";
import type { Differences } from "./type-differences.js";

type NotAccepted<Name extends keyof typeof notAccepted> = (typeof notAccepted)[Name][number];
type NotYielded<Name extends keyof typeof notYielded> = (typeof notYielded)[Name][number];

describe("the types of the openai package are accepted, but where docs/chat-model.md says why not", () => {
  it("as completions", () => {
    type Input = OpenAIJsonInput<typeof ChatCompletionSchema>;
    expectTypeOf<ChatCompletion>().toExtend<Input>();
    expectTypeOf<Differences<ChatCompletion, Input>>().toEqualTypeOf<never>();
  });

  it("as chunks", () => {
    type Input = OpenAIJsonInput<typeof ChatCompletionChunkSchema>;
    expectTypeOf<ChatCompletionChunk>().toExtend<Input>();
    expectTypeOf<Differences<ChatCompletionChunk, Input>>().toEqualTypeOf<never>();
  });

  it("as requests", () => {
    type Input = OpenAIJsonInput<typeof ChatCompletionRequestSchema>;
    expectTypeOf<Differences<ChatCompletionCreateParams, Input>>().toEqualTypeOf<
      NotAccepted<"CreateChatCompletionRequest">
    >();
  });

  it("as deletions", () => {
    expectTypeOf<ChatCompletionDeleted>().toExtend<
      OpenAIJsonInput<typeof ChatCompletionDeletedSchema>
    >();
  });
});

describe("the types of the openai package are yielded, but where docs/chat-model.md says why not", () => {
  it("from completions", () => {
    type Output = OpenAIJson<typeof ChatCompletionSchema>;
    expectTypeOf<Differences<Output, ChatCompletion>>().toEqualTypeOf<
      NotYielded<"CreateChatCompletionResponse">
    >();
  });

  it("from chunks", () => {
    type Output = OpenAIJson<typeof ChatCompletionChunkSchema>;
    expectTypeOf<Differences<Output, ChatCompletionChunk>>().toEqualTypeOf<
      NotYielded<"CreateChatCompletionStreamResponse">
    >();
  });

  it("from requests", () => {
    type Output = OpenAIJson<typeof ChatCompletionRequestSchema>;
    expectTypeOf<Differences<Output, ChatCompletionCreateParams>>().toEqualTypeOf<
      NotYielded<"CreateChatCompletionRequest">
    >();
  });

  it("from deletions", () => {
    expectTypeOf<
      OpenAIJson<typeof ChatCompletionDeletedSchema>
    >().toEqualTypeOf<ChatCompletionDeleted>();
  });

  it("from reasons to stop, but for an error", () => {
    type Reason = ChatCompletion.Choice["finish_reason"];
    expectTypeOf<Exclude<ChatFinishReason, "error">>().toEqualTypeOf<Reason>();
  });
});

describe("docs/chat-model.md", () => {
  it.each<[heading: string, differences: Record<string, readonly string[]>]>([
    ["Accepted", notAccepted],
    ["Yielded", notYielded],
  ])("has a row for each difference: %s", (heading, differences) => {
    const rows = readTable(heading, "chat-model.md").flatMap((row) =>
      namesIn({ member: row["member"] ?? "" }).map(
        (member) => `${nameIn(row["JSON type"])} ${member}`,
      ),
    );
    const expected = Object.entries(differences).flatMap(([type, members]) =>
      members.map((member) => `${type} ${member}`),
    );
    expect(rows.sort()).toEqual(expected.sort());
  });
});
