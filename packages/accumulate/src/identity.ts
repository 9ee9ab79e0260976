import { type DescMessage, getOption } from "@bufbuild/protobuf";
import type { Fields, ObjectMapping } from "@stepwire/mapping";
import { identity } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import type { MergeContext } from "./context.js";

/** The members by which an object is told from others. */
export function identityOf(object: DescMessage): ReadonlySet<string> {
  return new Set(getOption(object, identity));
}

/**
 * Refuses an object that takes the place of another one: with an identifier, such as
 * that of its run, which is not the one before. A number is not compared, because
 * some servers give a time in seconds at first and in milliseconds later.
 */
export function requireSameIdentity(
  { desc, memberByName }: ObjectMapping,
  before: Fields,
  after: Fields,
  context: MergeContext,
): void {
  for (const name of identityOf(desc)) {
    const member = memberByName.get(name);
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

function textIn(message: Fields, { localName }: { readonly localName: string }): string {
  const value = message[localName];
  return typeof value === "string" ? value : "";
}
