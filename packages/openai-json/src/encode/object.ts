import type { JsonResidue, MemberMapping, ObjectMapping } from "@stepwire/mapping";
import { type Fields, fieldsOf } from "../fields.js";
import type { EncoderCompiler } from "./compiler.js";
import type { EncodeContext } from "./context.js";
import type { Encoder } from "./encoder.js";
import { compileConstant, compileField } from "./member.js";
import { compilePayload, compileTag } from "./union.js";

/** One message on its way into a JSON object. */
export interface ObjectState<Json, Members> {
  readonly fields: Fields;
  readonly residue: JsonResidue | undefined;
  readonly members: Members;
  /** Whether constants, and null for what is unset, are there already. */
  readonly formed: boolean;
  readonly context: EncodeContext<Json, Members>;
}

/** Writes one member of an object, or nothing. */
export type MemberEncoder<Json, Members> = (state: ObjectState<Json, Members>) => void;

/** From how many members on it is quicker to copy a form than to let an object grow. */
const LARGE_FORM = 8;

/** The encoder of a message that is a JSON object. */
export function compileObject<Json, Members>(
  mapping: ObjectMapping,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const { desc, residue: residueField, memberByName } = mapping;
  const encoders = mapping.members.map((member) => compileMember(member, desc.typeName, compiler));
  const form = compileForm(mapping, compiler);
  const { target } = compiler;
  const isLarge = Object.keys(form).length >= LARGE_FORM;
  return (message, context) => {
    context.checkDepth(desc.typeName);
    const fields = fieldsOf(message);
    // The mapping found this field by its message type.
    const residue = fields[residueField.localName] as JsonResidue | undefined;
    // What the residue says may leave out members of the form.
    const formed = residue === undefined && target.membersFrom !== undefined && isLarge;
    const members = formed ? target.membersFrom(form) : target.members();
    const state = { fields, residue, members, formed, context };
    for (const encode of encoders) {
      encode(state);
    }
    if (residue !== undefined) {
      for (const name of Object.keys(residue.members)) {
        if (!memberByName.has(name)) {
          writeKept(name, desc.typeName, state);
        }
      }
    }
    return target.object(members);
  };
}

/** The members that an object has in its canonical form while nothing is set. */
function compileForm<Json, Members>(
  { members }: ObjectMapping,
  { target }: EncoderCompiler<Json, Members>,
): Readonly<Record<string, Json>> {
  const form: [string, Json][] = [];
  for (const member of members) {
    if (member.kind === "constant") {
      form.push([member.name, target.string(member.value)]);
    } else if (
      (member.kind === "field" && member.presence !== "optional") ||
      (member.kind === "tag" && member.union.tagPresence === "required")
    ) {
      form.push([member.name, target.null()]);
    }
  }
  return Object.fromEntries(form);
}

function compileMember<Json, Members>(
  member: MemberMapping,
  typeName: string,
  compiler: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  switch (member.kind) {
    case "field":
      return compileField(member, compiler);
    case "constant":
      return compileConstant(member, typeName, compiler);
    case "tag":
      return compileTag(member.union, compiler);
    case "payload":
      return compilePayload(member, compiler);
  }
}

/** Writes a member that the residue holds as text. False if it holds none. */
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
 * Writes the member of an unset field as the residue says. False if it says
 * nothing.
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
