import { type DescMessage, getOption } from "@bufbuild/protobuf";
import { identity } from "@stepwire/core";
import { fieldsOf, getMessageMapping } from "@stepwire/mapping";
import type { MergeContext } from "./context.js";

/** The members by which the object that a delta changes is told from others. */
export function identityOf(delta: DescMessage): ReadonlySet<string> {
  return new Set(getOption(delta, identity));
}

/**
 * Refuses an object that takes the place of another one: with an identifier, such as
 * that of its run, which is not the one before. A number is not compared, because
 * some servers give a time in seconds at first and in milliseconds later.
 */
export function requireSameIdentity(
  delta: DescMessage,
  held: DescMessage,
  before: unknown,
  after: unknown,
  context: MergeContext,
): void {
  const mapping = getMessageMapping(held);
  for (const name of identityOf(delta)) {
    const member = mapping.kind === "object" ? mapping.memberByName.get(name) : undefined;
    if (member?.kind !== "field" || member.value.kind !== "string") {
      continue;
    }
    const [old, said] = [textIn(before, member.field), textIn(after, member.field)];
    if (old !== said && old !== "" && said !== "") {
      context.path.push(name);
      context.refuse("identity_changed", "the identifier that is there", "another");
    }
  }
}

function textIn(message: unknown, { localName }: { readonly localName: string }): string {
  const value = fieldsOf(message)[localName];
  return typeof value === "string" ? value : "";
}
