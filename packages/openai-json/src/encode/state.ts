import type { Fields, JsonResidue } from "@stepwire/mapping";
import type { EncodeContext } from "./context.js";

/** The state of writing one message as a JSON object. */
export interface ObjectState<Json, Members> {
  readonly fields: Fields;
  readonly residue: JsonResidue | undefined;
  readonly members: Members;
  /** Whether constants, and null for unset fields, were already written. */
  readonly formed: boolean;
  readonly context: EncodeContext<Json, Members>;
}

/** Writes one member of an object, or nothing. */
export type MemberEncoder<Json, Members> = (state: ObjectState<Json, Members>) => void;

/** Writes a member that the residue holds as text. Returns false if it holds no text. */
export function writeKept<Json, Members>(
  name: string,
  protoPath: string,
  { residue, members, context }: ObjectState<Json, Members>,
): boolean {
  if (residue === undefined || !Object.hasOwn(residue.members, name)) {
    return false;
  }
  const text = residue.members[name] ?? "";
  if (text !== "") {
    context.path.push(name);
    context.target.add(members, name, context.verbatim(text, protoPath));
    context.path.pop();
  }
  return true;
}

/**
 * Writes the member of an unset field as recorded in the residue. Returns false if the residue does not
 * mention it.
 */
export function writeNoted<Json, Members>(
  name: string,
  number: number,
  protoPath: string,
  state: ObjectState<Json, Members>,
): boolean {
  const { residue, members, context } = state;
  if (residue === undefined) {
    return false;
  }
  if (writeKept(name, protoPath, state)) {
    return true;
  }
  if (residue.nullFields.includes(number)) {
    context.target.add(members, name, context.target.null());
    return true;
  }
  return residue.absentFields.includes(number);
}
