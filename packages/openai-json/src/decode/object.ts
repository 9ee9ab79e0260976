import type { ConstantMember, FieldMember, MemberMapping, ObjectMapping } from "@stepwire/mapping";
import { quote } from "../excerpt.js";
import type { Fields } from "../fields.js";
import { isScalar } from "../scalar.js";
import type { DecodeContext } from "./context.js";
import { compileCreate } from "./create.js";
import { type Decoder, UNFIT } from "./decoder.js";
import { checkName } from "./name.js";
import { holdsNull } from "./null.js";
import { memberOrder, ResidueNotes } from "./residue.js";
import { compileUnion, type UnionDecoder } from "./union.js";
import { compileValue } from "./value.js";

/** One JSON object on its way into a message. */
export interface ObjectState<Node> {
  readonly fields: Fields;
  /** The nodes of the members that make up unions, by slot. */
  readonly slots: (Node | undefined)[];
  /** What the object has beyond its message; undefined while that is nothing. */
  notes: ResidueNotes | undefined;
}

/** Where to note what the object has beyond its message. */
export function residueOf<Node>(state: ObjectState<Node>): ResidueNotes {
  state.notes ??= new ResidueNotes();
  return state.notes;
}

/** What to do with one member of an object. */
interface MemberDecoder {
  readonly name: string;
  present<Node>(node: Node, state: ObjectState<Node>, context: DecodeContext<Node>): void;
  /** Undefined where absence is nothing to note. */
  readonly absent:
    | (<Node>(node: Node, state: ObjectState<Node>, context: DecodeContext<Node>) => void)
    | undefined;
}

/** The decoder of a message that is a JSON object. */
export function compileObject(mapping: ObjectMapping): Decoder {
  const { desc, residue } = mapping;
  const { members, unions } = compileMembers(mapping);
  const indexByName = new Map(members.map(({ name }, index) => [name, index]));
  const order = memberOrder(mapping);
  const createMessage = compileCreate(desc);
  const noted = members.map(({ absent }) => absent !== undefined);
  return <Node>(node: Node, context: DecodeContext<Node>) => {
    const { source } = context;
    const names = source.names(node);
    if (names === undefined) {
      context.report("wrong_type", desc.typeName, "an object", source.describe(node), node);
      return UNFIT;
    }
    context.checkDepth(desc.typeName);
    const message = createMessage();
    const state: ObjectState<Node> = { fields: message, slots: [], notes: undefined };
    // The members whose absence is to be noted, until they are seen.
    const awaited = noted.slice();
    for (let position = 0; position < names.length; position++) {
      const name = names[position] ?? "";
      const child = source.member(node, name, position);
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

/** Keeps a member that the schema does not know. */
export function keepUnknown<Node>(
  name: string,
  node: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
  protoPath: string,
): void {
  const found = context.source.describe(node);
  context.report("unknown_member", protoPath, "no such member", found, node, name);
  keepText(name, node, state, context);
}

/** Keeps a member as text. */
export function keepText<Node>(
  name: string,
  node: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
): void {
  context.path.push(name);
  residueOf(state).keep(name, context.source.text(node, context));
  context.path.pop();
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

/** A member of a union is set aside until all of them are known. */
function compileSlot({ name }: MemberMapping, slotByName: Map<string, number>): MemberDecoder {
  const slot = slotByName.size;
  slotByName.set(name, slot);
  return {
    name,
    present: (node, state) => {
      state.slots[slot] = node;
    },
    absent: undefined,
  };
}

function compileField({ name, field, presence, value }: FieldMember): MemberDecoder {
  const { number, localName } = field;
  const protoPath = `${field.parent.typeName}.${field.name}`;
  const decode = compileValue(value, protoPath);
  const isNullAValue = holdsNull(value, presence);
  const scalar = isScalar(value);
  return {
    name,
    present: (node, state, context) => {
      if (!isNullAValue && context.source.isNull(node)) {
        if (presence === "required") {
          context.report("wrong_type", protoPath, "a value", "null", node, name);
        }
        if (presence !== "nullable") {
          residueOf(state).isNull(number);
        }
        return;
      }
      let decoded: unknown;
      if (scalar) {
        decoded = decode(node, context, name);
      } else {
        context.path.push(name);
        decoded = decode(node, context);
        context.path.pop();
      }
      if (decoded === UNFIT) {
        keepText(name, node, state, context);
        return;
      }
      state.fields[localName] = decoded;
      if (presence !== "required" && isEmptyCollection(value.kind, decoded)) {
        residueOf(state).isEmpty(number);
      }
    },
    absent:
      presence === "optional"
        ? undefined
        : (node, state, context) => {
            if (presence === "required") {
              context.report("missing_member", protoPath, "the member", "nothing", node, name);
            }
            residueOf(state).isAbsent(number);
          },
  };
}

function isEmptyCollection(kind: string, decoded: unknown): boolean {
  switch (kind) {
    case "list":
      return Array.isArray(decoded) && decoded.length === 0;
    case "map":
      return typeof decoded === "object" && decoded !== null && Object.keys(decoded).length === 0;
    default:
      return false;
  }
}

function compileConstant(
  { name, value, presence }: ConstantMember,
  typeName: string,
): MemberDecoder {
  return {
    name,
    present: (node, state, context) => {
      const string = context.source.string(node);
      if (string === value) {
        return;
      }
      const code = string === undefined ? "wrong_type" : "unknown_value";
      context.report(code, typeName, quote(value), context.source.describe(node), node, name);
      keepText(name, node, state, context);
    },
    absent: (node, state, context) => {
      if (presence === "required") {
        context.report("missing_member", typeName, quote(value), "nothing", node, name);
      }
      residueOf(state).keep(name, "");
    },
  };
}
