import { reasonOf } from "@stepwire/testing";
import { OpenAIJsonError } from "../src/index.js";

/** Runs a conversion. Returns the violations of its error, and none if it succeeds. */
export function violationsOf(convert: () => unknown): OpenAIJsonError["violations"] {
  const reason = reasonOf(convert);
  if (reason !== undefined && !(reason instanceof OpenAIJsonError)) {
    throw reason;
  }
  return reason?.violations ?? [];
}
