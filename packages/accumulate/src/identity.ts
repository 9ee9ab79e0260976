import { type DescMessage, getOption } from "@bufbuild/protobuf";
import type { Fields, ObjectMapping } from "@stepwire/mapping";
import { identity } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import type { MergeContext } from "./context.js";

/** Returns the names of the members that identify an object. */
export function identityOf(object: DescMessage): ReadonlySet<string> {
  return new Set(getOption(object, identity));
}

/**
 * Refuses to replace an object by one with a different identity, such as another run identifier.
 * Numbers are not compared, because some servers first send a time in seconds and later in
 * milliseconds.
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
