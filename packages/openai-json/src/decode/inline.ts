import { create } from "@bufbuild/protobuf";
import { quote } from "@stepwire/json";
import {
  fieldsOf,
  type InlineArm,
  type InlineMapping,
  type TaggedObjects,
} from "@stepwire/mapping";
import { compileMessage } from "./compile.js";
import type { DecodeContext } from "./context.js";
import { type Decoder, UNFIT } from "./decoder.js";

/** The decoder of a message that is the payload of its arm. */
export function compileInline(mapping: InlineMapping): Decoder {
  const { desc, oneof, otherArm } = mapping;
  return (node, context) => {
    if (!context.source.isObject(node)) {
      const found = context.source.describe(node);
      context.report("wrong_type", desc.typeName, "an object", found, node);
      return UNFIT;
    }
    const message = create(desc);
    const arm = pickArm(mapping, node, context);
    if (arm !== undefined) {
      const value = compileMessage(arm.payload.message)(node, context);
      fieldsOf(message)[oneof.localName] = { case: arm.field.localName, value };
    } else {
      const path = `${desc.typeName}.${oneof.name}`;
      reportVariant(mapping, path, node, context, otherArm === undefined);
      if (otherArm !== undefined) {
        const value = context.text(node);
        fieldsOf(message)[oneof.localName] = { case: otherArm.localName, value };
      }
    }
    return message;
  };
}

/** The arm for an object that a member tells apart. */
export function pickArm<Node>(
  { tag, armByConstant, adjacentArm }: TaggedObjects,
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  const member = findMember(tag, node, context);
  const constant = member === undefined ? undefined : context.source.string(member);
  const arm = typeof constant === "string" ? armByConstant.get(constant) : undefined;
  if (arm !== undefined) {
    return arm;
  }
  return adjacentArm?.adjacentTag !== undefined &&
    findMember(adjacentArm.adjacentTag, node, context) !== undefined
    ? adjacentArm
    : undefined;
}

function findMember<Node>(
  name: string,
  node: Node,
  context: DecodeContext<Node>,
): Node | undefined {
  const { source } = context;
  for (const part of source.parts(node)) {
    const index = source.names(part).indexOf(name);
    if (index !== -1) {
      return source.member(part, name, index);
    }
  }
  return undefined;
}

/** Notes an object that no arm is made for; in every mode, if it is refused always. */
export function reportVariant<Node>(
  { tag, armByConstant }: TaggedObjects,
  path: string,
  node: Node,
  context: DecodeContext<Node>,
  always: boolean,
): void {
  const constant = findMember(tag, node, context);
  const expected = `one of ${[...armByConstant.keys()].map(quote).join(", ")}`;
  const found = constant === undefined ? "no such member" : context.source.describe(constant);
  const place = constant ?? node;
  if (always) {
    context.refuse("unknown_variant", path, expected, found, place, tag);
  } else {
    context.report("unknown_variant", path, expected, found, place, tag);
  }
}
