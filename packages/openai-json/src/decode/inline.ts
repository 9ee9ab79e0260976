import { create } from "@bufbuild/protobuf";
import { fieldsOf, type InlineArm, type InlineMapping } from "@stepwire/mapping";
import { quote } from "../excerpt.js";
import { compileMessage } from "./compile.js";
import type { DecodeContext } from "./context.js";
import { type Decoder, UNFIT } from "./decoder.js";

/** The decoder of a message that is the payload of its arm. */
export function compileInline(mapping: InlineMapping): Decoder {
  const { desc, oneof, otherArm } = mapping;
  return (node, context) => {
    const names = context.source.names(node);
    if (names === undefined) {
      const found = context.source.describe(node);
      context.report("wrong_type", desc.typeName, "an object", found, node);
      return UNFIT;
    }
    const message = create(desc);
    const arm = pickArm(mapping, names, node, context);
    if (arm !== undefined) {
      const value = compileMessage(arm.payload.message)(node, context);
      fieldsOf(message)[oneof.localName] = { case: arm.field.localName, value };
    } else {
      reportVariant(mapping, names, node, context);
      if (otherArm !== undefined) {
        const value = context.source.text(node, context);
        fieldsOf(message)[oneof.localName] = { case: otherArm.localName, value };
      }
    }
    return message;
  };
}

function pickArm<Node>(
  { tag, armByConstant, adjacentArm }: InlineMapping,
  names: readonly string[],
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  const member = findMember(tag, names, node, context);
  const constant = member === undefined ? undefined : context.source.string(member);
  const arm = typeof constant === "string" ? armByConstant.get(constant) : undefined;
  if (arm !== undefined) {
    return arm;
  }
  return adjacentArm?.adjacentTag !== undefined &&
    findMember(adjacentArm.adjacentTag, names, node, context) !== undefined
    ? adjacentArm
    : undefined;
}

function findMember<Node>(
  name: string,
  names: readonly string[],
  node: Node,
  context: DecodeContext<Node>,
): Node | undefined {
  const index = names.indexOf(name);
  return index === -1 ? undefined : context.source.member(node, name, index);
}

/** A document that no arm is made for: an error where there is no arm for the rest. */
function reportVariant<Node>(
  { desc, oneof, tag, armByConstant, otherArm }: InlineMapping,
  names: readonly string[],
  node: Node,
  context: DecodeContext<Node>,
): void {
  const constant = findMember(tag, names, node, context);
  const expected = `one of ${[...armByConstant.keys()].map(quote).join(", ")}`;
  const found = constant === undefined ? "no such member" : context.source.describe(constant);
  const path = `${desc.typeName}.${oneof.name}`;
  const place = constant ?? node;
  if (otherArm === undefined) {
    context.refuse("unknown_variant", path, expected, found, place, tag);
  } else {
    context.report("unknown_variant", path, expected, found, place, tag);
  }
}
