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
  const tag = findMember(objects.tag, node, context);
  const value = tag === undefined ? undefined : context.source.string(tag);
  const arm = typeof value === "string" ? pickByTag(objects, value, node, context) : undefined;
  return (
    arm ??
    pickAdjacentArm(objects, node, context) ??
    (tag === undefined ? objects.armWithoutTag : undefined)
  );
}

/** Returns the arm with a tag value. If several arms have it, the first element of their list decides. */
function pickByTag<Node>(
  { tag, armByTagValue, list, armsByElement }: TaggedObjects,
  value: string,
  node: Node,
  context: DecodeContext<Node>,
): InlineArm | undefined {
  const armByElement = armsByElement.get(value);
  const element = armByElement && list !== undefined ? findFirst(list, node, context) : undefined;
  if (armByElement === undefined || element === undefined) {
    return armByTagValue.get(value);
  }
  const elementValue = context.source.isObject(element)
    ? findString(tag, element, context)
    : undefined;
  return elementValue === undefined ? undefined : armByElement.get(elementValue);
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
  const member = findMember(tag, node, context);
  const expected = `one of ${expectedValues(objects).join(", ")}`;
  const found =
    member === undefined ? "no such member" : describeValue(objects, member, node, context);
  const place = member ?? node;
  if (always) {
    context.refuse("unknown_variant", path, expected, found, place, tag);
  } else {
    context.report("unknown_variant", path, expected, found, place, tag);
  }
}

/** Returns the tag values of all arms: `"thing"`, or `"list" of "thing"` if several arms have the same. */
function expectedValues({ armByTagValue, armsByElement }: TaggedObjects): string[] {
  return [...armByTagValue.keys()].flatMap((value) => {
    const elements = armsByElement.get(value);
    return elements === undefined
      ? [quote(value)]
      : [...elements.keys()].map((element) => `${quote(value)} of ${quote(element)}`);
  });
}

/** Describes the value of the tag; if several arms have it, the first element of the list too. */
function describeValue<Node>(
  { tag, list, armsByElement }: TaggedObjects,
  member: Node,
  node: Node,
  context: DecodeContext<Node>,
): string {
  const { source } = context;
  const value = source.string(member);
  const found = source.describe(member);
  if (list === undefined || typeof value !== "string" || !armsByElement.has(value)) {
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
