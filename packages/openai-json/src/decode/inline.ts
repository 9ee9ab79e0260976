import { create } from "@bufbuild/protobuf";
import { quote } from "@stepwire/json/internal";
import {
  fieldsOf,
  type InlineArm,
  type InlineMapping,
  type TaggedObjects,
} from "@stepwire/mapping";
import { compileMessage } from "./compile.js";
import type { DecodeContext } from "./context.js";
import { type Decoder, UNFIT } from "./decoder.js";

/** Compiles the decoder of a message that is the payload of its arm. */
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

/** Returns the arm for an object, which one of its members determines. */
export function pickArm<Node>(
  objects: TaggedObjects,
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  const constant = findString(objects.tag, node, context);
  const arm = constant === undefined ? undefined : pickByConstant(objects, constant, node, context);
  return arm ?? pickAdjacentArm(objects, node, context);
}

/** Returns the arm with a constant. If several arms have it, the first element of their list decides. */
function pickByConstant<Node>(
  { tag, armByConstant, list, armsByElement }: TaggedObjects,
  constant: string,
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  const armByElement = armsByElement.get(constant);
  const element = armByElement && list !== undefined ? findFirst(list, node, context) : undefined;
  if (armByElement === undefined || element === undefined) {
    return armByConstant.get(constant);
  }
  const elementConstant = context.source.isObject(element)
    ? findString(tag, element, context)
    : undefined;
  return elementConstant === undefined ? undefined : armByElement.get(elementConstant);
}

function pickAdjacentArm<Node>(
  { adjacentArm, armByAdjacentTag }: TaggedObjects,
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  if (adjacentArm?.adjacentTag === undefined) {
    return undefined;
  }
  const member = findMember(adjacentArm.adjacentTag, node, context);
  if (member === undefined) {
    return undefined;
  }
  const value = armByAdjacentTag.size > 0 ? context.source.string(member) : undefined;
  const arm = typeof value === "string" ? armByAdjacentTag.get(value) : undefined;
  return arm ?? adjacentArm;
}

/** Returns the string in a member; undefined if there is none, or if it has a lone surrogate. */
function findString<Node>(
  name: string,
  node: Node,
  context: DecodeContext<Node>,
): string | undefined {
  const member = findMember(name, node, context);
  const string = member === undefined ? undefined : context.source.string(member);
  return typeof string === "string" ? string : undefined;
}

/** Returns the first element of the list in a member; undefined if there is no list or it is empty. */
function findFirst<Node>(name: string, node: Node, context: DecodeContext<Node>): Node | undefined {
  const { source } = context;
  const list = findMember(name, node, context);
  if (list === undefined || !source.isArray(list)) {
    return undefined;
  }
  for (const part of source.parts(list)) {
    for (const element of source.elements(part)) {
      return element;
    }
  }
  return undefined;
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

/** Reports an object that no arm accepts; with `always`, in every mode. */
export function reportVariant<Node>(
  objects: TaggedObjects,
  path: string,
  node: Node,
  context: DecodeContext<Node>,
  always: boolean,
): void {
  const { tag } = objects;
  const constant = findMember(tag, node, context);
  const expected = `one of ${expectedConstants(objects).join(", ")}`;
  const found =
    constant === undefined ? "no such member" : describeConstant(objects, constant, node, context);
  const place = constant ?? node;
  if (always) {
    context.refuse("unknown_variant", path, expected, found, place, tag);
  } else {
    context.report("unknown_variant", path, expected, found, place, tag);
  }
}

/** Returns the constants of all arms: `"thing"`, or `"list" of "thing"` if several arms have the same. */
function expectedConstants({ armByConstant, armsByElement }: TaggedObjects): string[] {
  return [...armByConstant.keys()].flatMap((constant) => {
    const elements = armsByElement.get(constant);
    return elements === undefined
      ? [quote(constant)]
      : [...elements.keys()].map((element) => `${quote(constant)} of ${quote(element)}`);
  });
}

/** Describes the value of the tag; if several arms have it, the first element of the list too. */
function describeConstant<Node>(
  { tag, list, armsByElement }: TaggedObjects,
  member: Node,
  node: Node,
  context: DecodeContext<Node>,
): string {
  const { source } = context;
  const constant = source.string(member);
  const found = source.describe(member);
  if (list === undefined || typeof constant !== "string" || !armsByElement.has(constant)) {
    return found;
  }
  const element = findFirst(list, node, context);
  const elementTag =
    element !== undefined && source.isObject(element)
      ? findMember(tag, element, context)
      : undefined;
  const described = elementTag ?? element;
  return described === undefined ? found : `${found} of ${source.describe(described)}`;
}
