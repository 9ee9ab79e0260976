import type { Topic } from "../topic.js";
import { nested } from "./support.js";

const delta = `"id":"s","object":"thread.run.step.delta"`;

/** The limits on depth and size. */
export const limits: Topic = {
  topic: "limits",
  about:
    "maxDepth counts arrays and objects, the document itself being 1 (100 by default, 1,000 at most). maxBytes counts the bytes of the input (64 MiB by default).",
  inputs: [
    {
      name: "100 levels by default",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":${nested(99)}}`,
    },
    {
      name: "101 levels by default",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":${nested(100)}}`,
    },
    {
      name: "1,000 levels, just so",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":${nested(999)}}`,
      limits: { maxDepth: 1000 },
    },
    {
      name: "1,001 levels",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":${nested(1000)}}`,
      limits: { maxDepth: 1000 },
    },
    {
      name: "depth 2, just so",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":[]}`,
      limits: { maxDepth: 2 },
    },
    {
      name: "depth 2 and one more in a known message",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{"step_details":{}}}`,
      limits: { maxDepth: 2 },
    },
    {
      name: "depth 2 and one more in an unknown member, behind other violations",
      schema: "RunStepDelta",
      json: `{"id":1,"x":[[1,2],"y"],"delta":{}}`,
      limits: { maxDepth: 2 },
    },
    {
      name: "a Value of 24 levels",
      schema: "ApiError",
      json: `{"param":null,"code":${nested(24)}}`,
    },
    {
      name: "a Value of 25 levels",
      schema: "ApiError",
      json: `{"param":null,"code":${nested(25)}}`,
    },
    {
      name: "a Value of 24 levels, all of them objects",
      schema: "ApiError",
      json: `{"param":null,"code":${'{"a":'.repeat(24)}1${"}".repeat(24)}}`,
    },
    {
      name: "a Value of 900 levels, with a depth of 1,000",
      schema: "ApiError",
      json: `{"param":null,"code":${'{"a":['.repeat(450)}${"]}".repeat(450)}}`,
      limits: { maxDepth: 1000 },
    },
    {
      name: "1,000 levels, just so, of objects",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{},"x":${'{"a":'.repeat(999)}1${"}".repeat(999)}}`,
      limits: { maxDepth: 1000 },
    },
    {
      name: "as many bytes as are allowed",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{}}`,
      limits: { maxBytes: 54 },
    },
    {
      name: "one byte more",
      schema: "RunStepDelta",
      json: `{${delta},"delta":{}} `,
      limits: { maxBytes: 54 },
    },
    {
      name: "bytes are counted, not characters",
      schema: "MessageCreation",
      json: `{"message_id":"😀é"}`,
      limits: { maxBytes: 21 },
    },
    {
      name: "what is too large is not looked into",
      schema: "RunStepDelta",
      json: "no JSON at all",
      limits: { maxBytes: 4 },
    },
    {
      name: "a binary as large as is allowed",
      schema: "MessageCreation",
      binary: Uint8Array.of(0x0a, 1, 0x6d),
      limits: { maxBytes: 3 },
    },
    {
      name: "a binary of one byte more",
      schema: "MessageCreation",
      binary: Uint8Array.of(0x0a, 2, 0x6d, 0x6d),
      limits: { maxBytes: 3 },
    },
  ],
};
