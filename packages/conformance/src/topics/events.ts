import type { JsonInput, Topic } from "../topic.js";
import { stepText } from "./support.js";

const step = stepText();
const delta = `{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"message_creation","message_creation":{"message_id":"m"}}}}`;

const stepEvents = ["created", "in_progress", "completed", "failed", "cancelled", "expired"];

/** Other events as JSON text. */
const events: readonly (readonly [name: string, json: string])[] = [
  ["delta", `{"event":"thread.run.step.delta","data":${delta}}`],
  ["delta with an id", `{"id":"7","event":"thread.run.step.delta","data":${delta}}`],
  ["done", `{"event":"done","data":"[DONE]"}`],
  ["done without data", `{"event":"done"}`],
  ["done whose data is null", `{"event":"done","data":null}`],
  ["done with other data", `{"event":"done","data":{"a":1}}`],
  [
    "error in a member",
    `{"event":"error","data":{"error":{"message":"m","type":"server_error","param":null,"code":null}}}`,
  ],
  ["error, bare", `{"event":"error","data":{"message":"m","type":"t","param":"p","code":429}}`],
  [
    "error with a code that is an object",
    `{"event":"error","data":{"error":{"message":null,"code":{"a":[1e1]}},"x":0}}`,
  ],
  ["error that is a text", `{"event":"error","data":"down"}`],
  [
    "an event beyond the schema",
    `{"event":"thread.message.paused","data":{"id":"m","n":1.0,"delta":{}}}`,
  ],
  [
    "an event beyond the schema, its data first",
    `{"data": [1, 2.50, "\\u00e9" ],"event":"x","id":"1"}`,
  ],
  ["an event beyond the schema without data", `{"event":"ping"}`],
  ["an event beyond the schema with data that is null", `{"event":"ping","data":null}`],
  ["data as text", `{"event":"thread.run.step.created","data_text":""}`],
  ["no event", `{"data":${delta}}`],
  ["an event that is a number", `{"event":1,"data":${delta}}`],
  ["an event with a lone surrogate", `{"event":"\\ud800","data":1}`],
  ["an event whose data is another type", `{"event":"thread.run.step.created","data":[]}`],
  ["an event without its data", `{"event":"thread.run.step.created"}`],
  ["unknown members", `{"event":"done","data":"[DONE]","retry":1000,"x":{"y":[]}}`],
];

/** Documents that the member `object`, or `event`, tells apart. */
const documents: readonly (readonly [name: string, json: string])[] = [
  ["a run step", step],
  ["a run step delta", delta],
  ["a list", `{"object":"list","data":[${step}],"first_id":"s","last_id":"s","has_more":false}`],
  ...["thread.run", "thread.message", "thread", "assistant"].map(
    (object) =>
      [
        `a list of ${object}`,
        `{"object":"list","data":[{"id":"a","object":"${object}","created_at":1}],"first_id":"a","last_id":"a","has_more":true}`,
      ] as const,
  ),
  ["an event", `{"event":"thread.run.step.created","data":${step}}`],
  ["another object", `{"object":"letter","id":"m","n":12345678901234567890}`],
  ["another object, spaced", ` { "a" : [ 1.0 , { } ] }\n`],
  ["an empty object", "{}"],
  ["an object that is no string", `{"object":[1]}`],
  ["object last", `{"id":"s","delta":{},"object":"thread.run.step.delta"}`],
  [
    "object by escapes",
    String.raw`{"id":"s","delta":{},"obj\u0065ct":"thread.run.step.d\u0065lta"}`,
  ],
  ["object and event", `{"object":"thread.run.step.delta","id":"s","delta":{},"event":"done"}`],
  ["an array", `[${delta}]`],
  ["a string", `"thread.run.step"`],
  ["null", "null"],
  ["a number", "1"],
];

/** Lists as JSON text. */
const lists: readonly (readonly [name: string, json: string])[] = [
  ["empty", `{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}`],
  [
    "two steps",
    `{"object":"list","data":[${step},${step}],"first_id":"s","last_id":"s","has_more":true}`,
  ],
  ["without ids", `{"object":"list","data":[],"has_more":false}`],
  ["without data", `{"object":"list","first_id":null,"last_id":null,"has_more":false}`],
  [
    "data that is null",
    `{"object":"list","data":null,"first_id":null,"last_id":null,"has_more":false}`,
  ],
  [
    "an element that is no step",
    `{"object":"list","data":[${step},null],"first_id":null,"last_id":null,"has_more":false}`,
  ],
  [
    "has_more that is a word",
    `{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":"no"}`,
  ],
  ["without object", `{"data":[],"first_id":null,"last_id":null,"has_more":true}`],
  [
    "unknown members within and without",
    `{"object":"list","data":[${stepText({ x: "1" })}],"first_id":null,"last_id":null,"has_more":false,"next":"/page/2"}`,
  ],
];

function inputsOf(
  schema: string,
  kind: string,
  texts: readonly (readonly [name: string, json: string])[],
): readonly JsonInput[] {
  return texts.map(([name, json]) => ({ name: `${kind}: ${name}`, schema, json }));
}

/** Events of a stream, lists, and documents of any kind. */
export const eventsTopic: Topic = {
  topic: "events",
  about:
    "Events of a stream, pages of run steps, and documents of which the engine finds the type.",
  inputs: [
    ...stepEvents.map((event) => ({
      name: `event: ${event}`,
      schema: "StreamEvent",
      json: `{"event":"thread.run.step.${event}","data":${step}}`,
    })),
    ...inputsOf("StreamEvent", "event", events),
    ...inputsOf("RunStepList", "list", lists),
    ...inputsOf("Document", "document", documents),
  ],
};
