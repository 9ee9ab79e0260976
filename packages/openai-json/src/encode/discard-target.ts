import type { JsonTarget } from "./target.js";

/** Writes nothing, for callers that only need the violations of a message. */
export const discardTarget: JsonTarget<true, undefined> = {
  keeps: false,
  string: () => true,
  boolean: () => true,
  number: () => true,
  integer: () => true,
  null: () => true,
  verbatim: () => true,
  array: () => true,
  members: () => undefined,
  membersFrom: undefined,
  add: () => undefined,
  object: () => true,
};
