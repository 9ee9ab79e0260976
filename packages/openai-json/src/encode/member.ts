import type { ConstantMember, FieldMember } from "@stepwire/mapping";
import { writesEmpty } from "@stepwire/mapping/internal";
import { hasPresence, isEmpty, isScalar, zeroValue } from "../field-value.js";
import type { EncoderCompiler } from "./compiler.js";
import { type MemberEncoder, type ObjectState, writeKept, writeNoted } from "./state.js";
import { compileValue } from "./value.js";

/** Compiles the encoder of a member that a field holds. */
export function compileField<Json, Members>(
  member: FieldMember,
  compiler: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  return isScalar(member.value) ? compileScalar(member, compiler) : compileOther(member, compiler);
}

function compileScalar<Json, Members>(
  member: FieldMember,
  compiler: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  const { name, field, value } = member;
  const encode = compileValue(value, protoPathOf(member), compiler);
  const writeUnset = compileUnset(member, compiler);
  const { target } = compiler;
  const { localName } = field;
  const unset = hasPresence(field) ? undefined : zeroValue(value);
  return (state) => {
    const held = state.fields[localName];
    // -0 is not the zero value: it is set, also where the residue holds another value.
    if (!Object.is(held, unset) || !writeUnset(state)) {
      target.add(state.members, name, encode(held, state.context, name));
    }
  };
}

function compileOther<Json, Members>(
  member: FieldMember,
  compiler: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  const { name, field, value } = member;
  const encode = compileValue(value, protoPathOf(member), compiler);
  const writeUnset = compileUnset(member, compiler);
  const { target } = compiler;
  const { localName } = field;
  const isSet = hasPresence(field)
    ? (held: unknown) => held !== undefined
    : (held: unknown) => !isEmpty(value, held);
  return (state) => {
    const held = state.fields[localName];
    if (isSet(held) || !writeUnset(state)) {
      const { context } = state;
      context.path.push(name);
      target.add(state.members, name, encode(held, context));
      context.path.pop();
    }
  };
}

/**
 * Compiles how an unset field is written. The result returns false if the zero value has to be
 * written.
 */
function compileUnset<Json, Members>(
  member: FieldMember,
  { target }: EncoderCompiler<Json, Members>,
): (state: ObjectState<Json, Members>) => boolean {
  const { name, field, presence, value } = member;
  const protoPath = protoPathOf(member);
  const isCollection = value.kind === "list" || value.kind === "map";
  const isMissing = presence === "required" && hasPresence(field);
  return (state) => {
    const { residue, members, context } = state;
    if (residue !== undefined) {
      if (writeNoted(name, field.number, protoPath, state)) {
        return true;
      }
      if (isCollection && residue.emptyFields.includes(field.number)) {
        return false;
      }
    }
    if (state.formed && !writesEmpty(presence)) {
      return true;
    }
    if (presence === "nullable") {
      target.add(members, name, target.null());
    } else if (isMissing) {
      context.report("missing_member", protoPath, "a set field", "nothing", name);
    }
    return !writesEmpty(presence) || isMissing;
  };
}

function protoPathOf({ field }: FieldMember): string {
  return `${field.parent.typeName}.${field.name}`;
}

/** Compiles the encoder of a member that always has the same string. */
export function compileConstant<Json, Members>(
  { name, value }: ConstantMember,
  protoPath: string,
  { target }: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  const constant = target.string(value);
  return (state) => {
    if (!state.formed && !writeKept(name, protoPath, state)) {
      target.add(state.members, name, constant);
    }
  };
}
