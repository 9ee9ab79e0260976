import { quote } from "@stepwire/json/internal";
import type { ConstantMember, FieldMember, MemberMapping } from "@stepwire/mapping";
import { writesEmpty } from "@stepwire/mapping/internal";
import { isScalar } from "../field-value.js";
import type { DecodeContext } from "./context.js";
import { UNFIT } from "./decoder.js";
import { holdsNull } from "./null.js";
import { keepText, type ObjectState, residueOf } from "./state.js";
import { compileValue } from "./value.js";

/** Decodes one member of an object. */
export interface MemberDecoder {
  readonly name: string;
  present<Node>(node: Node, state: ObjectState<Node>, context: DecodeContext<Node>): void;
  /** Called if the member is absent; undefined if this needs no record. */
  readonly absent:
    | (<Node>(node: Node, state: ObjectState<Node>, context: DecodeContext<Node>) => void)
    | undefined;
}

/** Compiles the decoder of a union's member, which stores it until all members are read. */
export function compileSlot(
  { name }: MemberMapping,
  slotByName: Map<string, number>,
): MemberDecoder {
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

/** Compiles the decoder of a member that a field holds. */
export function compileField({ name, field, presence, value }: FieldMember): MemberDecoder {
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
      if (!writesEmpty(presence) && isEmptyCollection(value.kind, decoded)) {
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

/** Compiles the decoder of a member that always has the same string. */
export function compileConstant(
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
