import {
  fieldsOf,
  type JsonResidue,
  type MemberMapping,
  type ObjectMapping,
} from "@stepwire/mapping";
import type { EncoderCompiler } from "./compiler.js";
import type { Encoder } from "./encoder.js";
import { compileConstant, compileField } from "./member.js";
import { type MemberEncoder, writeKept } from "./state.js";
import { compilePayload, compileTag } from "./union.js";

/** With at least this number of members, copying a form is faster than adding members one by one. */
const LARGE_FORM = 8;

/** Compiles the encoder of a message that is a JSON object. */
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

/** Returns the members of an object in canonical form if no field is set. */
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
