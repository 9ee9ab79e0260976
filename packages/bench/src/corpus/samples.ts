import type { DescMessage } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { documentSet } from "./sets.js";

/** One document. */
export interface Sample {
  readonly name: string;
  readonly schema: DescMessage;
  readonly text: string;
}

const SMALL = 1_200;

/** The first small document of some sets, at least one for each message. */
export function smallDocuments(): readonly Sample[] {
  return [
    "steps, wire order",
    "steps, SDK order",
    "step deltas, wire order",
    "lists of steps, spec order",
    "message deltas",
    "runs",
    "chat chunks",
    "chat completions",
  ].map((name) => {
    const { schema, create } = documentSet(name);
    const text = create().find(({ length }) => length < SMALL);
    if (text === undefined) {
      throw new Error(`the set ${name} has no small document`);
    }
    return { name, schema, text };
  });
}

/** A page of many steps: the JSON before and after them, and its type. */
export const page: {
  readonly schema: DescMessage;
  readonly head: string;
  readonly tail: string;
} = {
  schema: RunStepListSchema,
  head: '{"object":"list","data":[',
  tail: '],"first_id":"step_1","last_id":"step_2","has_more":false}',
};

/** The smallest possible document, and the name of its schema. */
export const emptyDocument: { readonly schemaName: string; readonly value: object } = {
  schemaName: `${RunStepSchema.name}Schema`,
  value: {
    id: "step_1",
    object: "thread.run.step",
    created_at: 1,
    run_id: "r",
    assistant_id: "a",
    thread_id: "t",
    type: "tool_calls",
    status: "completed",
    cancelled_at: null,
    completed_at: null,
    expires_at: null,
    failed_at: null,
    last_error: null,
    step_details: { type: "tool_calls", tool_calls: [] },
    usage: null,
  },
};
