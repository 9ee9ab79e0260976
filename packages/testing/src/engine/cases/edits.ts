import type { EditCase } from "../case.js";

const step = `"id":"s","object":"thread.run.step","created_at":1,"run_id":"r","assistant_id":null,"thread_id":"t"`;
const nulls = `"cancelled_at":null,"completed_at":null,"expires_at":null,"failed_at":null,"last_error":null`;
const details = `"step_details":{"type":"message_creation","message_creation":{"message_id":"m"}}`;
const choice = `"object":"choice","id":"c"`;

/** Cases for messages that were edited after reading a document. */
export const editCases: readonly EditCase[] = [
  {
    name: "an unknown status becomes a known one",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"paused",${nulls},${details},"usage":null}`,
    merge: { status: "RUN_STATUS_COMPLETED" },
    output: `{${step},"type":"message_creation","status":"completed",${nulls},${details},"usage":null}`,
  },
  {
    name: "a number that could not be held becomes one that can",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"completed","cancelled_at":1.5,"completed_at":1e30,"expires_at":"soon","failed_at":null,"last_error":null,${details},"usage":[]}`,
    merge: { cancelledAt: "2", completedAt: "0", usage: { totalTokens: 3 } },
    output: `{${step},"type":"message_creation","status":"completed","cancelled_at":2,"completed_at":0,"expires_at":"soon","failed_at":null,"last_error":null,${details},"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":3}}`,
  },
  {
    name: "members that were null, absent or empty are set",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"completed","completed_at":null,${details},"expired_at":null,"metadata":{}}`,
    merge: { expiredAt: "5", metadata: { a: 1 }, failedAt: "6" },
    output: `{${step},"type":"message_creation","status":"completed","completed_at":null,"failed_at":6,${details},"metadata":{"a":1},"expired_at":5}`,
  },
  {
    name: "fields that were set are cleared: the canonical form stands in",
    schema: "RunStep",
    json: `{${step},"type":"message_creation","status":"completed","completed_at":9,"expired_at":8,"metadata":{"a":1},${details},"x":1}`,
    clear: ["completedAt", "expiredAt", "metadata"],
    output: `{${step},"type":"message_creation","status":"completed","completed_at":null,${details},"x":1}`,
  },
  {
    name: "what the residue says of a field comes back when the field is cleared",
    schema: "Choice",
    json: `{${choice},"type":"flag","flag":true,"last":null}`,
    merge: { last: "l" },
    clear: ["last"],
    output: `{${choice},"type":"flag","flag":true,"last":"l"}`,
  },
  {
    name: "another arm is set",
    schema: "Choice",
    json: `{${choice},"type":"logs","logs":"x","y":1}`,
    clear: ["logs"],
    merge: { count: "7" },
    output: `{${choice},"type":"count","count":7,"y":1}`,
  },
  {
    name: "an empty payload that was null is filled",
    schema: "Choice",
    json: `{${choice},"type":"a.part","the_part":null}`,
    merge: { part: { name: "p" } },
    output: `{${choice},"type":"a.part","the_part":{"kind":"part","Part name / ~ \\"quoted\\"":"p"}}`,
  },
  {
    name: "an empty payload that was absent is filled",
    schema: "OpenEvent",
    json: `{"event":"done"}`,
    merge: { done: "d" },
    output: `{"event":"done","data":"d"}`,
  },
  {
    name: "an arm is set where the residue holds a payload that did not fit",
    schema: "Choice",
    json: `{${choice},"type":"count","count":1.5}`,
    merge: { count: "2" },
    output: `{${choice},"type":"count","count":2}`,
  },
  {
    name: "a list that was kept whole is set",
    schema: "Lists",
    json: `{"strings":["a",1],"required_strings":[],"colors":null,"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
    merge: { strings: ["b"] },
    output: `{"strings":["b"],"required_strings":[],"colors":null,"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "elements are added to a list that was null, and to one that was empty",
    schema: "Lists",
    json: `{"strings":null,"required_strings":[],"colors":[],"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
    merge: { strings: ["a"], colors: ["COLOR_RED"] },
    output: `{"strings":["a"],"required_strings":[],"colors":["red"],"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "the residue itself is cleared",
    schema: "Choice",
    json: `{"object":"other","id":"c","type":"flag","flag":true,"last":null,"x":1}`,
    clear: ["jsonResidue"],
    output: `{${choice},"type":"flag","flag":true}`,
  },
  {
    name: "a member is added to the residue",
    schema: "Choice",
    json: `{${choice},"type":"flag","flag":true,"x":1}`,
    merge: { jsonResidue: { members: { y: "[1.0]", x: "2" } } },
    output: `{${choice},"type":"flag","flag":true,"x":2,"y":[1.0]}`,
  },
  {
    name: "a required member that was null is set",
    schema: "Choice",
    json: `{"object":"choice","id":null,"type":"flag","flag":true}`,
    merge: { id: "c" },
    output: `{${choice},"type":"flag","flag":true}`,
  },
];
