import { Readable } from "node:stream";
import { StreamEventSchema } from "@stepwire/core";
import { ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { expect, it } from "vitest";
import { chooseReading } from "../src/transcript/choose-reading.js";
import { Rereadable } from "../src/transcript/rereadable.js";

const types = [
  { schema: StreamEventSchema, arm: undefined },
  { schema: ChatCompletionStreamEventSchema, arm: undefined },
] as const;
const options = { maxEventBytes: 1_000_000, maxDepth: 50, framing: "auto" } as const;

it("keeps a limited part of a transcript that begins with comments", async () => {
  const comments = Buffer.from(": keep-alive\n\n".repeat(5_000));
  const chunks = new Array<Uint8Array>(100).fill(comments);
  const transcript = new Rereadable(Readable.from(chunks));
  await chooseReading(types, transcript, options);
  expect(transcript.size).toBeLessThan(2_000_000);
  let size = 0;
  for await (const { length } of transcript.read()) {
    size += length;
  }
  expect(size).toBe(100 * comments.length);
});

it("reads an event of the largest size to choose the type", async () => {
  const event = `data: {"object":"chat.completion.chunk","choices":[],"model":"${"m".repeat(900_000)}"}\n\n`;
  const bytes = Buffer.from(event.repeat(3));
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += 65_536) {
    chunks.push(bytes.subarray(start, start + 65_536));
  }
  const { type } = await chooseReading(types, new Rereadable(Readable.from(chunks)), options);
  expect(type.schema).toBe(ChatCompletionStreamEventSchema);
});
