import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping } from "@stepwire/mapping";

/** The name of the event that ends a broken stream. */
const ERROR = "error";

/**
 * Returns the members that the payload of an `error` event has in streams of a type, such as
 * `"type": "error"`: the constants of its message. Clients of such streams select events by them.
 *
 * @param schema an event message; its arm with the tag "error" is looked for.
 */
export function errorConstants(schema: DescMessage): Readonly<Record<string, string>> {
  const mapping = getMessageMapping(schema);
  const arms = mapping.kind === "object" ? mapping.unions.flatMap(({ arms }) => arms) : [];
  const payload = arms.find(({ tagValue }) => tagValue === ERROR)?.field.message;
  const error = payload && getMessageMapping(payload);
  return Object.fromEntries(
    error?.kind === "object"
      ? error.members.flatMap((member) =>
          member.kind === "constant" ? [[member.name, member.value]] : [],
        )
      : [],
  );
}
