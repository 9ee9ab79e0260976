import {
  type ArmMapping,
  fieldsOf,
  oneofOf,
  type PayloadMember,
  type UnionMapping,
} from "@stepwire/mapping";
import { isEmpty } from "../field-value.js";
import type { EncoderCompiler } from "./compiler.js";
import { type MemberEncoder, type ObjectState, writeKept, writeNoted } from "./state.js";
import { compileValue } from "./value.js";

/** Compiles the encoder of the member that says which arm is set. */
export function compileTag<Json, Members>(
  union: UnionMapping,
  { target }: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  const { oneof, tag: name, otherArm } = union;
  const protoPath = `${oneof.parent.typeName}.${oneof.name}`;
  const tagByCase = new Map(union.arms.map(({ field, tagValue }) => [field.localName, tagValue]));
  return (state) => {
    if (state.residue !== undefined && writeKept(name, protoPath, state)) {
      return;
    }
    const { fields, members, context } = state;
    const { case: arm, value } = oneofOf(fields, oneof);
    if (arm === undefined) {
      if (union.tagPresence === "required") {
        context.report("missing_member", protoPath, "a set oneof", "nothing", name);
      }
      return;
    }
    const tag =
      arm === otherArm?.field.localName
        ? String(fieldsOf(value)[otherArm.tagField.localName])
        : (tagByCase.get(arm) ?? arm);
    target.add(members, name, target.string(tag));
  };
}

/** Compiles the encoder of a member that holds the payload of one or several arms. */
export function compilePayload<Json, Members>(
  { name, union, arms }: PayloadMember,
  compiler: EncoderCompiler<Json, Members>,
): MemberEncoder<Json, Members> {
  const { oneof, otherArm } = union;
  const protoPath = `${oneof.parent.typeName}.${oneof.name}`;
  const encoders = new Map(arms.map((each) => [each.field.localName, compileArm(each, compiler)]));
  return (state) => {
    const { case: set, value } = oneofOf(state.fields, oneof);
    const encode = set === undefined ? undefined : encoders.get(set);
    if (encode !== undefined) {
      encode(value, name, state);
    } else if (set !== undefined && set === otherArm?.field.localName) {
      const content = fieldsOf(value)[otherArm.contentField.localName];
      if (content !== undefined) {
        state.context.path.push(name);
        const json = state.context.verbatim(String(content), protoPath);
        compiler.target.add(state.members, name, json);
        state.context.path.pop();
      }
    } else {
      writeKept(name, protoPath, state);
    }
  };
}

type PayloadEncoder<Json, Members> = (
  value: unknown,
  name: string,
  state: ObjectState<Json, Members>,
) => void;

function compileArm<Json, Members>(
  { field, value: mapping }: ArmMapping,
  compiler: EncoderCompiler<Json, Members>,
): PayloadEncoder<Json, Members> {
  const protoPath = `${field.parent.typeName}.${field.name}`;
  const encode = compileValue(mapping, protoPath, compiler);
  return (value, name, state) => {
    const { residue, members, context } = state;
    if (
      residue !== undefined &&
      isEmpty(mapping, value) &&
      writeNoted(name, field.number, protoPath, state)
    ) {
      return;
    }
    context.path.push(name);
    compiler.target.add(members, name, encode(value, context));
    context.path.pop();
  };
}
