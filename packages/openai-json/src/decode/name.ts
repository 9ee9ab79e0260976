import { formatPointer } from "@stepwire/json";
import type { DecodeContext } from "./context.js";

/** Reports a member name at the current place if it has a lone surrogate. */
export function checkName<Node>(name: string, context: DecodeContext<Node>): void {
  if (!context.source.namesAreChecked && !name.isWellFormed()) {
    context.addName(formatPointer([...context.path, name]), name);
  }
}
