import { create } from "@bufbuild/protobuf";
import { quote } from "@stepwire/json/internal";
import { type ArmMapping, fieldsOf, type OtherArm, type UnionMapping } from "@stepwire/mapping";
import { zeroValue } from "../field-value.js";
import type { DecodeContext } from "./context.js";
import { type Decoder, UNFIT } from "./decoder.js";
import { holdsNull } from "./null.js";
import { keepText, keepUnknown, type ObjectState, residueOf } from "./state.js";
import { compileValue } from "./value.js";

/** Converts the stored members of one union to its oneof. */
export type UnionDecoder = <Node>(
  object: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
) => void;

interface ArmDecoder {
  readonly mapping: ArmMapping;
  /** The slot of the payload; undefined if the arm has none. */
  readonly slot: number | undefined;
  readonly protoPath: string;
  readonly decode: Decoder;
  readonly isNullAValue: boolean;
}

/** Compiles the decoder of a tagged or adjacent union. */
export function compileUnion(
  union: UnionMapping,
  slotByName: ReadonlyMap<string, number>,
): UnionDecoder {
  const arms = union.arms.map((mapping) => compileArm(mapping, slotByName));
  const tagSlot = slotByName.get(union.tag) ?? 0;
  return union.content === undefined
    ? compileTagged(union, tagSlot, arms)
    : compileAdjacent(union, union.content, tagSlot, slotByName.get(union.content) ?? 0, arms);
}

function compileArm(mapping: ArmMapping, slotByName: ReadonlyMap<string, number>): ArmDecoder {
  const { field, name, presence, value } = mapping;
  const protoPath = `${field.parent.typeName}.${field.name}`;
  return {
    mapping,
    slot: name === undefined ? undefined : slotByName.get(name),
    protoPath,
    decode: compileValue(value, protoPath),
    isNullAValue: holdsNull(value, presence),
  };
}

function compileTagged(
  union: UnionMapping,
  tagSlot: number,
  arms: readonly ArmDecoder[],
): UnionDecoder {
  const armByTag = new Map(arms.map((arm) => [arm.mapping.tagValue, arm]));
  const payloads = payloadsOf(arms);
  return (object, state, context) => {
    const tag = state.slots[tagSlot];
    const string = tag === undefined ? undefined : context.source.string(tag);
    const tagArm = typeof string === "string" ? armByTag.get(string) : undefined;
    const arm = pickArm(tagArm, payloads, state);
    const isSet = arm !== undefined && decodePayload(union, arm, object, state, context);
    const agrees = tagArm !== undefined && tagArm === arm;
    if (!agrees || !isSet) {
      noteTag(union, tag, isSet, agrees, object, state, context);
    }
    for (const { slot, name, first } of payloads) {
      const node = slot === arm?.slot ? undefined : state.slots[slot];
      if (node !== undefined) {
        keepUnknown(name, node, state, context, first.protoPath);
      }
    }
  };
}

/** A member with the payload of one or more arms. */
interface Payload {
  readonly slot: number;
  readonly name: string;
  /** The first of its arms. */
  readonly first: ArmDecoder;
}

function payloadsOf(arms: readonly ArmDecoder[]): readonly Payload[] {
  const payloads = new Map<number, Payload>();
  for (const first of arms) {
    const { slot, mapping } = first;
    if (slot !== undefined && mapping.name !== undefined && !payloads.has(slot)) {
      payloads.set(slot, { slot, name: mapping.name, first });
    }
  }
  return [...payloads.values()];
}

/** Returns the arm that the tag selects, unless the only present payload belongs to another arm. */
function pickArm<Node>(
  tagArm: ArmDecoder | undefined,
  payloads: readonly Payload[],
  { slots }: ObjectState<Node>,
): ArmDecoder | undefined {
  if (tagArm !== undefined && (tagArm.slot === undefined || slots[tagArm.slot] !== undefined)) {
    return tagArm;
  }
  const [only, ...others] = payloads.filter(({ slot }) => slots[slot] !== undefined);
  if (only === undefined) {
    return tagArm;
  }
  return others.length === 0 ? only.first : undefined;
}

function compileAdjacent(
  union: UnionMapping,
  contentName: string,
  tagSlot: number,
  contentSlot: number,
  arms: readonly ArmDecoder[],
): UnionDecoder {
  const { otherArm, oneof } = union;
  const armByTag = new Map(arms.map((arm) => [arm.mapping.tagValue, arm]));
  return (object, state, context) => {
    const tag = state.slots[tagSlot];
    const content = state.slots[contentSlot];
    const string = tag === undefined ? undefined : context.source.string(tag);
    const arm = typeof string === "string" ? armByTag.get(string) : undefined;
    if (arm !== undefined) {
      const isSet = decodePayload(union, arm, object, state, context);
      if (!isSet) {
        noteTag(union, tag, isSet, true, object, state, context);
      }
      return;
    }
    if (tag !== undefined && typeof string === "string" && otherArm !== undefined) {
      reportTag(union, tag, "unknown_variant", context);
      const value = decodeOther(otherArm, string, contentName, content, context);
      state.fields[oneof.localName] = { case: otherArm.field.localName, value };
      return;
    }
    noteTag(union, tag, false, false, object, state, context);
    if (content !== undefined) {
      keepUnknown(contentName, content, state, context, protoPathOf(union));
    }
  };
}

function decodeOther<Node>(
  { message: desc, tagField, contentField }: OtherArm,
  tag: string,
  contentName: string,
  content: Node | undefined,
  context: DecodeContext<Node>,
): unknown {
  const message = create(desc);
  const fields = fieldsOf(message);
  fields[tagField.localName] = tag;
  if (content !== undefined) {
    context.path.push(contentName);
    fields[contentField.localName] = context.text(content);
    context.path.pop();
  }
  return message;
}

/** Sets the oneof to an arm. Returns false if the payload does not fit and is kept as text. */
function decodePayload<Node>(
  { oneof }: UnionMapping,
  { mapping, slot, protoPath, decode, isNullAValue }: ArmDecoder,
  object: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
): boolean {
  const { field, name, presence } = mapping;
  if (slot === undefined || name === undefined) {
    state.fields[oneof.localName] = { case: field.localName, value: zeroValue(mapping.value) };
    return true;
  }
  const node = state.slots[slot];
  let value: unknown;
  if (node === undefined) {
    if (presence === "required") {
      context.report("missing_member", protoPath, "the payload", "nothing", object, name);
    }
    residueOf(state).isAbsent(field.number);
    value = zeroValue(mapping.value);
  } else if (!isNullAValue && context.source.isNull(node)) {
    if (presence === "required") {
      context.report("wrong_type", protoPath, "a value", "null", node, name);
    }
    residueOf(state).isNull(field.number);
    value = zeroValue(mapping.value);
  } else {
    context.path.push(name);
    value = decode(node, context);
    context.path.pop();
    if (value === UNFIT) {
      keepText(name, node, state, context);
      return false;
    }
  }
  state.fields[oneof.localName] = { case: field.localName, value };
  return true;
}

/** Records the tag of a union unless it is canonical. */
function noteTag<Node>(
  union: UnionMapping,
  tag: Node | undefined,
  isSet: boolean,
  agrees: boolean,
  object: Node,
  state: ObjectState<Node>,
  context: DecodeContext<Node>,
): void {
  if (tag === undefined) {
    if (union.tagPresence === "required") {
      const found = "nothing";
      context.report("missing_member", protoPathOf(union), "the tag", found, object, union.tag);
    }
    if (isSet || union.tagPresence === "required") {
      residueOf(state).keep(union.tag, "");
    }
    return;
  }
  if (!agrees) {
    const string = context.source.string(tag);
    if (string === undefined) {
      reportTag(union, tag, "wrong_type", context);
    } else if (typeof string === "string" && union.armByTag.has(string)) {
      reportTag(union, tag, "tag_mismatch", context);
    } else {
      reportTag(union, tag, "unknown_variant", context);
    }
  }
  keepText(union.tag, tag, state, context);
}

function reportTag<Node>(
  union: UnionMapping,
  tag: Node,
  code: "wrong_type" | "unknown_variant" | "tag_mismatch",
  context: DecodeContext<Node>,
): void {
  const expected =
    code === "tag_mismatch"
      ? "the tag of the payload that is there"
      : `one of ${[...union.armByTag.keys()].map(quote).join(", ")}`;
  const found = context.source.describe(tag);
  context.report(code, protoPathOf(union), expected, found, tag, union.tag);
}

function protoPathOf({ oneof }: UnionMapping): string {
  return `${oneof.parent.typeName}.${oneof.name}`;
}
