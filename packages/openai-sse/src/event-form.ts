import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { findStringMember } from "@stepwire/json/internal";
import type { OtherArm } from "@stepwire/mapping";
import { getEventMapping, type PayloadNameMapping } from "@stepwire/mapping/internal";

/** An arm of an event message. It holds the payload of the events with one name. */
export interface EventArm {
  /** Field number of the arm. */
  readonly number: number;
  /** Name of the event: the tag of the arm. */
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** Whether the name fits into one line. */
  readonly isOneLine: boolean;
  /** What comes before the payload in the lines of an event without an identifier. */
  readonly head: Uint8Array;
}

/** The event that ends a stream. */
export interface EndOfStream {
  /** Name of the event: the tag of its arm. */
  readonly name: string;
  readonly nameBytes: Uint8Array;
  /** The payload, which is not JSON. */
  readonly text: string;
  readonly textBytes: Uint8Array;
  /** Whether the event with this payload has no `event:` line. */
  readonly isUnnamed: boolean;
}

/** How events without an `event:` line get their name from their payload. */
export interface PayloadName {
  /** The member of the payload that names the event. */
  readonly key: string;
  readonly keyBytes: Uint8Array;
  /** Name of the document's member that records that there is no `event:` line. */
  readonly member: string;
  /** Number of its field, and the encoded field with the value true. */
  readonly number: number;
  readonly record: Uint8Array;
}

const utf8 = new TextEncoder();

/**
 * The mapping between an event message and a server-sent event, from the options of its schema. The
 * JSON document of the message is `{"event": name, "data": payload}`. The schema defines the names
 * of these two members, and of the members for the identifier and the text.
 */
export class EventForm {
  readonly desc: DescMessage;
  /** Names of the document's members; undefined if the message has no such field. */
  readonly nameMember: string;
  readonly contentMember: string;
  readonly idMember: string | undefined;
  readonly textMember: string | undefined;
  /** Undefined if the name comes from the `event:` line alone. */
  readonly payloadName: PayloadName | undefined;
  readonly contentPointer: string;
  readonly idNumber: number | undefined;
  /** The arms with a tag, except those that end the stream. */
  readonly armByNumber: ReadonlyMap<number, EventArm>;
  /** The arm for events with any other name. */
  readonly other: OtherArm | undefined;
  readonly ends: readonly EndOfStream[];
  /** The arms, grouped by the length of their name. */
  readonly #armsByLength: EventArm[][] = [];

  /** @throws {TypeError} if the message is not an event message. */
  constructor(desc: DescMessage) {
    const { union, arms, ends, id, text, payloadName } = getEventMapping(desc);
    this.desc = desc;
    this.nameMember = union.tag;
    this.contentMember = union.content ?? "";
    this.contentPointer = pointerTo(this.contentMember);
    this.payloadName = payloadName && payloadNameOf(payloadName);
    this.idMember = id?.name;
    this.idNumber = id?.field.number;
    this.textMember = text?.name;
    this.other = union.otherArm;
    const armByNumber = new Map<number, EventArm>();
    for (const { field, tagValue: name } of arms) {
      const [nameBytes, isOneLine] = [utf8.encode(name), !/[\r\n]/.test(name)];
      const head = utf8.encode(name === "" ? "data: " : `event: ${name}\ndata: `);
      const arm = { number: field.number, name, nameBytes, isOneLine, head };
      armByNumber.set(arm.number, arm);
      const { length } = arm.nameBytes;
      this.#armsByLength[length] = [...(this.#armsByLength[length] ?? []), arm];
    }
    this.armByNumber = armByNumber;
    this.ends = ends.map(({ arm: { tagValue: name }, text: end, isUnnamed }) => {
      const [nameBytes, textBytes] = [utf8.encode(name), utf8.encode(end)];
      return { name, nameBytes, text: end, textBytes, isUnnamed };
    });
  }

  /** Whether messages have a field for the identifier of an event. */
  get keepsIds(): boolean {
    return this.idNumber !== undefined;
  }

  /**
   * Returns the arm for an event name; undefined if the name has no arm, or its arm ends the
   * stream.
   */
  armOf(name: Uint8Array): EventArm | undefined {
    return this.#armsByLength[name.length]?.find(({ nameBytes }) => hasSameBytes(nameBytes, name));
  }

  /**
   * Returns the name that the payload gives to an event without an `event:` line; undefined if it
   * gives none. The payload must be JSON.
   */
  nameIn(data: Uint8Array): Uint8Array | undefined {
    const name = this.payloadName && findStringMember(data, this.payloadName.keyBytes);
    return name?.length === 0 ? undefined : name;
  }

  /** Returns whether this is the name of an arm that ends the stream. */
  isEndName(name: Uint8Array): boolean {
    return this.ends.some(({ nameBytes }) => isSame(nameBytes, name));
  }

  /** Returns whether this payload ends the stream in some event. */
  isEndText(data: Uint8Array): boolean {
    return this.ends.some(({ textBytes }) => isSame(textBytes, data));
  }
}

/** Returns whether two arrays have the same bytes. */
export function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && hasSameBytes(left, right);
}

/**
 * Compares two arrays of equal length, starting at the end, because names often have a common
 * prefix.
 */
function hasSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  for (let index = left.length - 1; index >= 0; index--) {
    if (left[index] !== right[index]) {
      return false;
    }
  }
  return true;
}

const forms = new WeakMap<DescMessage, EventForm>();

/** Returns the form of an event message. @throws {TypeError} if it is not an event message. */
export function eventForm(desc: DescMessage): EventForm {
  let form = forms.get(desc);
  if (form === undefined) {
    form = new EventForm(desc);
    forms.set(desc, form);
  }
  return form;
}

/** Returns a JSON Pointer to a member of the document. */
export function pointerTo(member: string): string {
  return `/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function payloadNameOf({ key, member: { name, field } }: PayloadNameMapping): PayloadName {
  const { number } = field;
  const record = new BinaryWriter().tag(number, WireType.Varint).bool(true).finish();
  return { key, keyBytes: utf8.encode(key), member: name, number, record };
}
