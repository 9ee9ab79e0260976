import {
  type ChatCompletionStreamEvent,
  ChatCompletionStreamEventSchema,
} from "@stepwire/core/chat";
import { parseOpenAI } from "@stepwire/openai-json";
import { describe, it } from "vitest";
import { createAccumulator } from "../src/index.js";
import { expectRatio, processorTime } from "./expect-ratio.js";

/** A chunk that changes one choice, from the JSON of the choice's other members. */
function chunk(choice: string): ChatCompletionStreamEvent {
  const json = `{"event":"","data":{"id":"c_1","choices":[{"index":0,${choice}}]}}`;
  return parseOpenAI(ChatCompletionStreamEventSchema, json, { mode: "archive" });
}

function times(count: number, write: (index: number) => string): ChatCompletionStreamEvent[] {
  return Array.from({ length: count }, (_, index) => chunk(write(index)));
}

/** How long chunks take, in milliseconds. */
function timeOf(events: readonly ChatCompletionStreamEvent[]): number {
  const accumulator = createAccumulator(ChatCompletionStreamEventSchema, {
    maxElements: 1_000_000,
  });
  return processorTime(() => {
    for (const event of events) {
      accumulator.apply(event);
    }
  });
}

const FACTOR = 10;

/** Linear is a factor of 10, quadratic one of 100. */
const MOST = 4 * FACTOR;

const text = '{"type":"text","text":"abc"}';

describe("the cost of a chunk", () => {
  it.each<readonly [string, (index: number) => string]>([
    ["with a text", () => '"delta":{"content":"abc"}'],
    ["with half a character", (i) => `"delta":{"content":"${i % 2 ? "\\ude42a" : "b\\ud83d"}"}`],
    ["with a text in a part", () => `"delta":{"content":[${text}]}`],
    [
      "with a part of a thought",
      () => `"delta":{"content":[{"type":"thinking","thinking":[${text}]}]}`,
    ],
    ["with texts and parts in turn", (i) => `"delta":{"content":${i % 2 ? '"abc"' : `[${text}]`}}`],
    [
      "with parts that are not texts",
      () => '"delta":{"content":[{"type":"image_url","image_url":{"url":"a"}}]}',
    ],
    [
      "with probabilities",
      () => '"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}]}',
    ],
    ["with token numbers", () => '"token_ids":[1,2,3]'],
    ["with audio", () => '"delta":{"audio":{"data":"AAECAwQF"}}'],
    [
      "with audio cut anywhere",
      (i) => `"delta":{"audio":{"data":"${i === 0 ? "AAECA" : "AAEC"}"}}`,
    ],
    ["with a tool call", (i) => `"delta":{"tool_calls":[{"index":${i},"type":"function"}]}`],
    ["with arguments", () => '"delta":{"tool_calls":[{"index":0,"function":{"arguments":"a"}}]}'],
  ])("%s does not depend on what is there", (_, write) => {
    const [few, many] = [times(400, write), times(400 * FACTOR, write)];
    expectRatio(
      () => timeOf(few),
      () => timeOf(many),
      MOST,
    );
  });
});
