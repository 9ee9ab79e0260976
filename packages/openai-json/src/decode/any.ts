import { create } from "@bufbuild/protobuf";
import {
  ListValueSchema,
  NullValue,
  StructSchema,
  type Value,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { setProperty } from "../set-property.js";
import { INEXACT } from "../source.js";
import type { DecodeContext } from "./context.js";
import { UNFIT } from "./decoder.js";
import { checkName } from "./name.js";

/**
 * Protobuf's libraries stop at 100 nested messages, and an object within a Value
 * takes three (Value, Struct, the entry of its map).
 */
const DEEPEST_VALUE = 24;

/**
 * Any JSON value as google.protobuf.Value; UNFIT if that would change it.
 * `level` counts the arrays and objects around the node within the value.
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
  const elements = source.elements(node);
  const names = source.names(node);
  if (elements === undefined && names === undefined) {
    context.report("wrong_type", protoPath, "a JSON value", source.describe(node), node);
    return UNFIT;
  }
  context.checkDepth(protoPath);
  if (level >= DEEPEST_VALUE) {
    const expected = `a value of at most ${DEEPEST_VALUE} levels`;
    return inexact(node, context, protoPath, expected);
  }
  if (elements !== undefined) {
    const values = decodeElements(elements, context, protoPath, level);
    return values === UNFIT
      ? UNFIT
      : { case: "listValue", value: create(ListValueSchema, { values }) };
  }
  const fields = decodeMembers(node, names ?? [], context, protoPath, level);
  return fields === UNFIT
    ? UNFIT
    : { case: "structValue", value: create(StructSchema, { fields }) };
}

function decodeElements<Node>(
  elements: readonly Node[],
  context: DecodeContext<Node>,
  protoPath: string,
  level: number,
): Value[] | typeof UNFIT {
  const values: Value[] = [];
  let fits = true;
  for (const [index, element] of elements.entries()) {
    context.path.push(index);
    const value = decodeAny(element, context, protoPath, level + 1);
    context.path.pop();
    if (value === UNFIT) {
      fits = false;
    } else {
      values.push(value);
    }
  }
  return fits ? values : UNFIT;
}

function decodeMembers<Node>(
  node: Node,
  names: readonly string[],
  context: DecodeContext<Node>,
  protoPath: string,
  level: number,
): Record<string, Value> | typeof UNFIT {
  const fields: Record<string, Value> = {};
  let fits = true;
  for (const [index, name] of names.entries()) {
    const member = context.source.member(node, name, index);
    if (member === undefined) {
      continue;
    }
    checkName(name, context);
    context.path.push(name);
    const value = decodeAny(member, context, protoPath, level + 1);
    context.path.pop();
    if (value === UNFIT) {
      fits = false;
    } else {
      setProperty(fields, name, value);
    }
  }
  return fits ? fields : UNFIT;
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
