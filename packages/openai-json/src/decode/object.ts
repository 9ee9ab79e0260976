import type { ObjectMapping } from "@stepwire/mapping";
import type { DecodeContext } from "./context.js";
import { compileCreate } from "./create.js";
import { type Decoder, UNFIT } from "./decoder.js";
import { compileConstant, compileField, compileSlot, type MemberDecoder } from "./member.js";
import { checkName } from "./name.js";
import { memberOrder } from "./residue.js";
import { keepUnknown, type ObjectState } from "./state.js";
import { compileUnion, type UnionDecoder } from "./union.js";

/** Compiles the decoder of a message that is a JSON object. */
export function compileObject(mapping: ObjectMapping): Decoder {
  const { desc, residue } = mapping;
  const { members, unions } = compileMembers(mapping);
  const indexByName = new Map(members.map(({ name }, index) => [name, index]));
  const order = memberOrder(mapping);
  const createMessage = compileCreate(desc);
  const noted = members.map(({ absent }) => absent !== undefined);
  const readMembers = <Node>(
    part: Node,
    state: ObjectState<Node>,
    context: DecodeContext<Node>,
    awaited: boolean[],
  ): void => {
    const { source } = context;
    const names = source.names(part);
    for (let position = 0; position < names.length; position++) {
      const name = names[position] ?? "";
      const child = source.member(part, name, position);
      if (child === undefined) {
        continue;
      }
      const index = indexByName.get(name);
      if (index === undefined) {
        checkName(name, context);
        keepUnknown(name, child, state, context, desc.typeName);
      } else {
        awaited[index] = false;
        members[index]?.present(child, state, context);
      }
    }
  };
  return <Node>(node: Node, context: DecodeContext<Node>) => {
    const { source } = context;
    if (!source.isObject(node)) {
      context.report("wrong_type", desc.typeName, "an object", source.describe(node), node);
      return UNFIT;
    }
    context.checkDepth(desc.typeName);
    const message = createMessage();
    const state: ObjectState<Node> = { fields: message, slots: [], notes: undefined };
    // The members that were not seen yet, and whose absence must be recorded.
    const awaited = noted.slice();
    for (const part of source.parts(node)) {
      readMembers(part, state, context, awaited);
    }
    for (let index = 0; index < awaited.length; index++) {
      if (awaited[index]) {
        members[index]?.absent?.(node, state, context);
      }
    }
    for (const decodeUnion of unions) {
      decodeUnion(node, state, context);
    }
    if (state.notes !== undefined) {
      state.fields[residue.localName] = state.notes.finish(order);
    }
    return message;
  };
}

function compileMembers(mapping: ObjectMapping): {
  members: readonly MemberDecoder[];
  unions: readonly UnionDecoder[];
} {
  const slotByName = new Map<string, number>();
  const members = mapping.members.map((member): MemberDecoder => {
    switch (member.kind) {
      case "field":
        return compileField(member);
      case "constant":
        return compileConstant(member, mapping.desc.typeName);
      default:
        return compileSlot(member, slotByName);
    }
  });
  const unions = mapping.unions.map((union) => compileUnion(union, slotByName));
  return { members, unions };
}
