import type { JsonInput, Topic } from "../topic.js";
import { stepText } from "./support.js";

/** Members of a run step by name, and values to try there, which fit, are odd, or are wrong. */
const variants: readonly (readonly [member: string, values: readonly string[]])[] = [
  ["id", ["null", "7", `""`, `"\\ud800"`]],
  ["object", ["null", `"thread.run"`, "1"]],
  ["created_at", ["null", `"1"`, "1.5", "-1"]],
  ["assistant_id", [`"a"`, `""`, "[]"]],
  ["type", [`"message_creation"`, `"mystery"`, "null", "true"]],
  [
    "status",
    [
      ...["queued", "in_progress", "requires_action", "cancelling", "cancelled", "failed"],
      ...["incomplete", "expired", "paused", ""],
    ].map((status) => `"${status}"`),
  ],
  ["cancelled_at", ["0", "1.0", `"soon"`]],
  ["expired_at", ["null", "0", "1735689600", "{}"]],
  [
    "last_error",
    [
      `{"code":"server_error","message":"m"}`,
      `{"code":"odd","message":"m","x":[1, 2]}`,
      `{"code":"rate_limit_exceeded"}`,
      "{}",
      `"m"`,
    ],
  ],
  [
    "step_details",
    [
      `{"type":"message_creation","message_creation":{"message_id":"m"}}`,
      `{"type":"message_creation","message_creation":{"message_id":null,"x":1}}`,
      `{"type":"thinking","thinking":{"text":"hm","n":1e2}}`,
      `{"type":"tool_calls"}`,
      "{}",
      "null",
    ],
  ],
  ["metadata", ["null", "{}", `{"a":"b"}`, `{"a":1e400}`, `{"":{"x":[null,1.0]}}`, "[]"]],
  [
    "usage",
    [
      `{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}`,
      `{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_token_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":5}}`,
      `{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_token_details":null,"completion_tokens_details":{},"prompt_tokens_details":{"cached_tokens":0}}`,
      `{"prompt_tokens":-1,"completion_tokens":4294967296,"total_tokens":1.5}`,
      "{}",
      "[]",
    ],
  ],
  ["incomplete_details", ["null", `{ "reason" : "x" }`]],
  ["__proto__", ["1"]],
];

function variantInputs(): readonly JsonInput[] {
  return variants.flatMap(([member, values]) => [
    {
      name: `${member} is absent`,
      schema: "RunStep",
      json: stepText({ [member]: undefined }),
    },
    ...values.map((value) => ({
      name: `${member} is ${value}`,
      schema: "RunStep",
      json: stepText(Object.fromEntries([[member, value]])),
    })),
  ]);
}

/** Duplicate members. */
const duplicates: readonly JsonInput[] = [
  ["of the document", `{"id":"s","object":"thread.run.step.delta","delta":{},"id":"t"}`],
  ["unknown", `{"id":"s","object":"thread.run.step.delta","delta":{},"x":1,"x":1}`],
  [
    "within an unknown member",
    `{"id":"s","object":"thread.run.step.delta","delta":{},"x":[{"a":1,"b":2,"a":3}]}`,
  ],
  [
    "within a known one",
    `{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"a","type":"a"}}}`,
  ],
  ["and other violations", `{"object":"x","delta":{"y":0,"y":0},"z":{"\\ud800":1}}`],
].map(([name, json]) => ({
  name: `duplicate members ${name}`,
  schema: "RunStepDelta",
  json: json ?? "",
}));

/** Documents that differ from the canonical form in one member. */
export const residue: Topic = {
  topic: "residue",
  about:
    "Members that are absent, null, empty, unknown, of another type, or not to be held exactly: each kind of residue, and what each mode refuses.",
  inputs: [
    ...variantInputs().filter(
      ({ json }, index, all) => all.findIndex((other) => other.json === json) === index,
    ),
    {
      name: "every None written as null, as the Rust model does",
      schema: "RunStep",
      json: stepText({ expired_at: "null", metadata: "null" }),
    },
    {
      name: "nothing of what must be there",
      schema: "RunStep",
      json: "{}",
    },
    {
      name: "violations at every depth stand in the order of the document",
      schema: "RunStepList",
      json: `{"x":1,"data":[{"id":1,"step_details":{"type":"tool_calls","tool_calls":[{"y":2},3]}},{"object":"o","usage":{"z":[]}}],"has_more":null}`,
    },
    {
      name: "names that a JSON Pointer escapes",
      schema: "RunStepDelta",
      json: `{"id":"s","object":"thread.run.step.delta","delta":{"a/b":1,"~":2,"~1":3,"":4,"\\"\\\\":5,"é\\n":6}}`,
    },
    {
      name: "white space between all tokens",
      schema: "RunStepDelta",
      json: ` {\n\t"id" : "s" ,\r\n "object":"thread.run.step.delta", "x" : { "a" : [ 1 , 2.0 , [ ] , { } ] , "b" : " c " } ,"delta" : { } } `,
    },
    {
      name: "unknown members with every kind of value",
      schema: "RunStepDelta",
      json: `{"id":"s","object":"thread.run.step.delta","delta":{},"a":null,"b":true,"c":false,"d":"","e":[],"f":{},"g":-0.0e-0,"h":[{"i":[[]]}]}`,
    },
    ...duplicates,
  ],
};
