import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { MappingError } from "./compilation.js";
import { getMessageMapping } from "./compile.js";
import { sse } from "./gen/stepwire/json/v1/sse_pb.js";
import type { ArmMapping, FieldMember, UnionMapping } from "./model.js";

/** How a message type is a server-sent event, from the options in `stepwire/json/v1/sse.proto`. */
export interface EventMapping {
  readonly desc: DescMessage;
  /** The adjacent union: its tag is the name of the event, its content the payload. */
  readonly union: UnionMapping;
  /** The arms that hold the payload of an event: all except those that end the stream. */
  readonly arms: readonly ArmMapping[];
  readonly ends: readonly EndMapping[];
  /** The member for the identifier; undefined if the message has no such field. */
  readonly id: FieldMember | undefined;
  /** The member for a payload that is not JSON; undefined if the message has no such field. */
  readonly text: FieldMember | undefined;
  /** Undefined if the name comes from the `event:` line alone. */
  readonly payloadName: PayloadNameMapping | undefined;
}

/** An arm whose event ends the stream. */
export interface EndMapping {
  readonly arm: ArmMapping;
  /** The payload, which is not JSON. */
  readonly text: string;
  /** Whether the event with this payload has no `event:` line. */
  readonly isUnnamed: boolean;
}

/** How events without an `event:` line get their name from their payload. */
export interface PayloadNameMapping {
  /** The member of the payload that names the event. */
  readonly key: string;
  /** The member of the event that records that there is no `event:` line. */
  readonly member: FieldMember;
}

/**
 * Returns how a message is a server-sent event.
 *
 * @throws {TypeError} if it is not an event message.
 * @throws {MappingError} if the options of the message are wrong.
 */
export function getEventMapping(desc: DescMessage): EventMapping {
  let mapping = mappings.get(desc);
  if (mapping === undefined) {
    mapping = compileEvent(desc);
    mappings.set(desc, mapping);
  }
  return mapping;
}

const mappings = new WeakMap<DescMessage, EventMapping>();

/** Returns whether messages of this type are the events of a stream. */
export function isEventMessage(desc: DescMessage): boolean {
  try {
    getEventMapping(desc);
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof MappingError) {
      return false;
    }
    throw error;
  }
}

function compileEvent(desc: DescMessage): EventMapping {
  const union = eventUnion(desc);
  const payloadName = payloadNameOf(desc);
  const id = markedMember(desc, "id");
  const text = markedMember(desc, "text");
  const arms: ArmMapping[] = [];
  const ends: EndMapping[] = [];
  for (const arm of union.arms) {
    const { doneText, doneUnnamed } = getOption(arm.field, sse);
    if (doneText === "") {
      arms.push(arm);
      continue;
    }
    if (arm.field.scalar !== ScalarType.STRING) {
      throw new TypeError(`${arm.field}: \`done_text\` is for an arm of type string`);
    }
    ends.push({ arm, text: doneText, isUnnamed: doneUnnamed });
  }
  return { desc, union, arms, ends, id, text, payloadName };
}

function eventUnion(desc: DescMessage): UnionMapping {
  const mapping = getMessageMapping(desc);
  const unions = mapping.kind === "object" ? mapping.unions : [];
  const [union, ...others] = unions;
  if (union === undefined || others.length > 0 || union.shape !== "adjacent") {
    throw new TypeError(
      `${desc} is not an event message: it needs one union, with the option (stepwire.json.v1.oneof).adjacent`,
    );
  }
  return union;
}

function payloadNameOf(desc: DescMessage): PayloadNameMapping | undefined {
  const [field, another] = desc.fields.filter(
    (candidate) => getOption(candidate, sse).namedBy !== "",
  );
  if (field === undefined) {
    return undefined;
  }
  const member = memberOf(desc, field);
  const isOptionalBool = member?.value.kind === "boolean" && member.presence === "optional";
  if (another !== undefined || !isOptionalBool) {
    const path = `${desc.typeName}.${(another ?? field).name}`;
    throw new MappingError([{ path, message: "`named_by` is for one `optional bool` field" }]);
  }
  const { namedBy: key, id, text, doneText } = getOption(field, sse);
  if (id || text || doneText !== "") {
    const path = `${desc.typeName}.${field.name}`;
    throw new MappingError([
      { path, message: "`named_by` is the only part that a field can hold" },
    ]);
  }
  return { key, member };
}

/** Returns the member of the document that a field holds. */
function memberOf(desc: DescMessage, field: DescField): FieldMember | undefined {
  const mapping = getMessageMapping(desc);
  const members = mapping.kind === "object" ? mapping.members : [];
  return members.filter((member) => member.kind === "field").find((each) => each.field === field);
}

/** Returns the member that is marked as the event's identifier or text by the option `sse`. */
function markedMember(desc: DescMessage, part: "id" | "text"): FieldMember | undefined {
  const [field, another] = desc.fields.filter((candidate) => getOption(candidate, sse)[part]);
  if (
    another !== undefined ||
    (field !== undefined && (field.scalar !== ScalarType.STRING || field.oneof !== undefined))
  ) {
    throw new TypeError(`${another ?? field}: \`${part}\` is for one field of type string`);
  }
  return field && memberOf(desc, field);
}
