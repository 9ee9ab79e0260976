import {
  type ArrayMapping,
  type ByKindMapping,
  fieldsOf,
  type InlineMapping,
  oneofOf,
} from "@stepwire/mapping";
import type { EncoderCompiler } from "./compiler.js";
import type { Encoder } from "./encoder.js";
import { compileList, compileValue } from "./value.js";

/** Compiles the encoder of a message that is an array. */
export function compileArray<Json, Members>(
  { desc, field, element }: ArrayMapping,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const encode = compileList(element, `${desc.typeName}.${field.name}`, compiler);
  return (message, context) => encode(fieldsOf(message)[field.localName], context);
}

/** Compiles the encoder of a message that is the payload of its arm, an object. */
export function compileInline<Json, Members>(
  { desc, oneof, arms, otherArm }: InlineMapping,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const protoPath = `${desc.typeName}.${oneof.name}`;
  const payloads = new Map(arms.map(({ field, payload }) => [field.localName, payload]));
  return (message, context) => {
    const { case: name, value } = oneofOf(fieldsOf(message), oneof);
    const payload = name === undefined ? undefined : payloads.get(name);
    if (payload !== undefined) {
      return compiler.message(payload.message)(value, context);
    }
    if (name !== undefined && name === otherArm?.localName) {
      return context.verbatimObject(String(value), protoPath);
    }
    return context.report("missing_member", protoPath, "a set oneof", "nothing");
  };
}

/** Compiles the encoder of a message that is the payload of its arm, of any JSON type. */
export function compileByKind<Json, Members>(
  { desc, oneof, arms, otherArm }: ByKindMapping,
  compiler: EncoderCompiler<Json, Members>,
): Encoder<Json, Members> {
  const protoPath = `${desc.typeName}.${oneof.name}`;
  const encoders = new Map(
    arms.map(({ field, value }) => [
      field.localName,
      compileValue(value, `${desc.typeName}.${field.name}`, compiler),
    ]),
  );
  return (message, context) => {
    const { case: name, value } = oneofOf(fieldsOf(message), oneof);
    const encode = name === undefined ? undefined : encoders.get(name);
    if (encode !== undefined) {
      return encode(value, context);
    }
    if (name !== undefined && name === otherArm?.localName) {
      return context.verbatim(String(value), protoPath);
    }
    return context.report("missing_member", protoPath, "a set oneof", "nothing");
  };
}
