import type { DescMessage } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { emptyDocument } from "./samples.js";

/** A kind of document that makes more work than others of its size. */
export interface AdversarialShape {
  readonly name: string;
  readonly schema: DescMessage;
  /** Returns a document with so many parts. */
  readonly document: (parts: number) => string;
}

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Writes an object with members before and after others. */
function withMembers(before: readonly string[], after: readonly string[] = []): string {
  const members = Object.entries(emptyDocument.value).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{${[...before, ...members, ...after].join(",")}}`;
}

function page(step: string, count: number): string {
  const steps = Array<string>(count).fill(step).join(",");
  return `{"object":"list","data":[${steps}],"first_id":"a","last_id":"b","has_more":false}`;
}

function requiredMembers(): object {
  const required = /^(id|object|created_at|run_id|thread_id|type|status|step_details)$/;
  const members = Object.entries(emptyDocument.value).filter(([name]) => required.test(name));
  return Object.fromEntries(members);
}

/** Documents that grow with the number of members, entries, steps or characters. */
export const adversarialShapes: readonly AdversarialShape[] = [
  {
    name: "steps with members in the worst order",
    schema: RunStepListSchema,
    document: (parts) => {
      const reversed = Object.entries(emptyDocument.value).reverse();
      return page(JSON.stringify(Object.fromEntries(reversed)), Math.ceil(parts / 15));
    },
  },
  {
    name: "unknown members",
    schema: RunStepSchema,
    document: (parts) => withMembers(indexes(parts).map((index) => `"x_${index}":${index}`)),
  },
  {
    name: "map entries",
    schema: RunStepSchema,
    document: (parts) => {
      const entries = indexes(parts).map((index) => `"key_${index}":"${index}"`);
      return withMembers([], [`"metadata":{${entries.join(",")}}`]);
    },
  },
  {
    name: "steps that lack every optional member",
    schema: RunStepListSchema,
    document: (parts) => page(JSON.stringify(requiredMembers()), Math.ceil(parts / 7)),
  },
  {
    name: "characters that are escaped",
    schema: RunStepSchema,
    document: (parts) => withMembers([], [`"metadata":{"a":"${"\\u0001".repeat(parts)}"}`]),
  },
];
