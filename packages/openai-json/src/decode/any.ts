import { create } from "@bufbuild/protobuf";
import {
  ListValueSchema,
  NullValue,
  StructSchema,
  type Value,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { INEXACT } from "../source.js";
import { decodeElements, decodeMembers } from "./containers.js";
import type { DecodeContext } from "./context.js";
import { UNFIT } from "./decoder.js";

/**
 * Protobuf libraries allow 100 nested messages, and an object in a Value takes three of them (Value,
 * Struct, map entry).
 */
const DEEPEST_VALUE = 24;

/**
 * Returns a JSON value as google.protobuf.Value; UNFIT if this would change it. `level` is the number
 * of arrays and objects around the node within the value.
 */
export function decodeAny<Node>(
  node: Node,
  context: DecodeContext<Node>,
  protoPath: string,
  level: number,
): Value | typeof UNFIT {
  const kind = decodeKind(node, context, protoPath, level);
  return kind === UNFIT ? UNFIT : create(ValueSchema, { kind });
}

function decodeKind<Node>(
  node: Node,
  context: DecodeContext<Node>,
  protoPath: string,
  level: number,
): Value["kind"] | typeof UNFIT {
  const { source } = context;
  if (source.isNull(node)) {
    return { case: "nullValue", value: NullValue.NULL_VALUE };
  }
  const boolean = source.boolean(node);
  if (boolean !== undefined) {
    return { case: "boolValue", value: boolean };
  }
  const string = source.string(node);
  if (string === INEXACT) {
    return inexact(node, context, protoPath, "a string of Unicode characters");
  }
  if (string !== undefined) {
    return { case: "stringValue", value: string };
  }
  const number = source.double(node);
  if (number === INEXACT) {
    return inexact(node, context, protoPath, "a number that a double holds exactly");
  }
  if (number !== undefined) {
    return { case: "numberValue", value: number };
  }
  return decodeContainer(node, context, protoPath, level);
}

function decodeContainer<Node>(
  node: Node,
  context: DecodeContext<Node>,
  protoPath: string,
  level: number,
): Value["kind"] | typeof UNFIT {
  const { source } = context;
  const isArray = source.isArray(node);
  if (!isArray && !source.isObject(node)) {
    context.report("wrong_type", protoPath, "a JSON value", source.describe(node), node);
    return UNFIT;
  }
  context.checkDepth(protoPath);
  if (level >= DEEPEST_VALUE) {
    const expected = `a value of at most ${DEEPEST_VALUE} levels`;
    return inexact(node, context, protoPath, expected);
  }
  const decode = (child: Node): Value | typeof UNFIT =>
    decodeAny(child, context, protoPath, level + 1);
  if (isArray) {
    const values = decodeElements(node, context, decode);
    return values === UNFIT
      ? UNFIT
      : { case: "listValue", value: create(ListValueSchema, { values }) };
  }
  const fields = decodeMembers(node, context, decode);
  return fields === UNFIT
    ? UNFIT
    : { case: "structValue", value: create(StructSchema, { fields }) };
}

function inexact<Node>(
  node: Node,
  context: DecodeContext<Node>,
  protoPath: string,
  expected: string,
): typeof UNFIT {
  context.report("not_representable", protoPath, expected, context.source.describe(node), node);
  return UNFIT;
}
