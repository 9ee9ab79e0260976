import { formatPointer } from "@stepwire/json";
import type { DecodeContext } from "./context.js";

/** Notes a member name at the current place that has a lone surrogate. */
export function checkName<Node>(name: string, context: DecodeContext<Node>): void {
  if (!context.source.namesAreChecked && !name.isWellFormed()) {
    context.addName(formatPointer([...context.path, name]), name);
  }
}
