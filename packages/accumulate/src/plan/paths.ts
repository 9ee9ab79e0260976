import type { DescField, DescMessage } from "@bufbuild/protobuf";
import {
  getMessageMapping,
  type InlineMapping,
  MappingError,
  type MessageMapping,
  type SingularMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import { isSameType } from "../convert-part.js";
import { asPath, compilePath, hasPart, type PartEvent, type Path } from "../path.js";
import * as layout from "./layout.js";
import type { MergePlans } from "./merges.js";

/**
 * Writes how events change a part of an object: the same decisions as `compilePath`, which has
 * checked the options before.
 */
export class PathPlans {
  readonly #merges: MergePlans;

  constructor(merges: MergePlans) {
    this.#merges = merges;
  }

  /** Returns the address of the change of the part of a message at a path. */
  message(desc: DescMessage, path: Path, event: PartEvent): number {
    const mapping = getMessageMapping(desc);
    const { messages } = this.#merges;
    const { writer } = messages;
    if (mapping.kind === "inline") {
      return this.#inline(mapping, path, event);
    }
    const member = mapping.kind === "object" ? mapping.memberByName.get(path[0].member) : undefined;
    const record = writer.allocate(layout.PAYLOAD_WORDS);
    if (member?.kind === "field") {
      writer.set(
        record,
        0,
        layout.MERGE_FIELD,
        messages.message(desc),
        messages.member(member),
        this.#member(member.value, path, event),
      );
    } else if (member?.kind === "payload" && member.arms[0] !== undefined) {
      const [arm] = member.arms;
      writer.set(
        record,
        0,
        layout.MERGE_PAYLOAD,
        messages.message(desc),
        messages.arm(arm),
        messages.union(member.union),
        this.#member(arm.value, path, event),
      );
    }
    return record;
  }

  #inline({ desc, arms }: InlineMapping, path: Path, event: PartEvent): number {
    const { messages } = this.#merges;
    const { writer } = messages;
    const record = writer.allocate(layout.INLINE_WORDS);
    writer.set(record, 0, layout.MERGE_INLINE, messages.message(desc));
    writer.setText(record, layout.INLINE_NAME, path[0].member);
    const changed = arms.filter(
      ({ payload }) => hasPart(payload.desc, path) && canChange(payload.desc, path, event),
    );
    writer.setList(
      record,
      layout.INLINE_COUNT,
      changed,
      layout.INLINE_ARM_WORDS,
      (place, { field, payload }) => {
        writer.set(place, 0, messages.field(field), this.message(payload.desc, path, event));
      },
    );
    return record;
  }

  /** Writes the change of the member that the first step of a path names. */
  #member(held: ValueMapping, path: Path, event: PartEvent): number {
    const [step, ...rest] = path;
    if (step.index !== "") {
      return this.#list(held, path, event);
    }
    if (rest.length === 0) {
      return this.#leaf(held, event);
    }
    return this.#nested(held, asPath(rest, event), event);
  }

  #nested(held: ValueMapping, path: Path, event: PartEvent): number {
    return held.kind === "message"
      ? this.#merges.combineMessages(this.message(held.desc, path, event))
      : 0;
  }

  /** Writes the change of a list in one of its elements. */
  #list(held: ValueMapping, path: Path, event: PartEvent): number {
    const { messages } = this.#merges;
    const { writer } = messages;
    if (held.kind === "message" && held.message.kind === "array") {
      const record = writer.allocate(layout.STEP_WORDS);
      writer.set(record, 0, layout.MERGE_ELEMENTS, messages.message(held.desc));
      const list: ValueMapping = { kind: "list", element: held.message.element };
      writer.set(record, layout.STEP_COMBINE, this.#list(list, path, event));
      return this.#merges.combineMessages(record);
    }
    if (held.kind !== "list") {
      return 0;
    }
    const rest = path.slice(1);
    const { element } = held;
    const index = event.payload.memberByName.get(path[0].index);
    const [blank, other] = this.#blank(element);
    const record = writer.allocate(layout.ELEMENT_WORDS);
    writer.set(
      record,
      0,
      layout.CHANGE_ELEMENT,
      rest.length === 0
        ? this.#leaf(element, event)
        : this.#nested(element, asPath(rest, event), event),
      blank,
      other,
      rest.length === 0 && event.replaces ? 1 : 0,
      index?.kind === "field" ? messages.member(index) : 0,
    );
    return record;
  }

  /** Returns the message of an element that can be blank, and its arm that holds `{}`. */
  #blank(element: SingularMapping): [blank: number, other: number] {
    const { messages } = this.#merges;
    if (element.kind !== "message") {
      return [0, 0];
    }
    if (element.message.kind !== "inline") {
      return [messages.message(element.desc), 0];
    }
    const { otherArm } = element.message;
    return otherArm === undefined
      ? [0, 0]
      : [messages.message(element.desc), messages.field(otherArm)];
  }

  /** Writes how the event's value changes the part at the end of the path. */
  #leaf(held: ValueMapping, event: PartEvent): number {
    const { field, member, mapping, replaces, text } = event;
    const { messages } = this.#merges;
    const { writer } = messages;
    if (text !== "") {
      const record = writer.allocate(layout.TEXT_WORDS);
      const number = held.kind === "enum" ? held.numberByString.get(text) : undefined;
      writer.set(record, 0, layout.REPLACE_BY_TEXT, number === undefined ? 0 : 1, number ?? 0);
      writer.setText(record, layout.TEXT_TEXT, text);
      return record;
    }
    const combine = replaces
      ? this.#replacement(mapping, held)
      : this.#merges.combine(mapping, held, member?.field ?? field);
    if (member === undefined) {
      return combine;
    }
    const record = writer.allocate(layout.FROM_MEMBER_WORDS);
    writer.set(record, 0, layout.FROM_MEMBER, messages.member(member), combine);
    return record;
  }

  #replacement(said: ValueMapping, held: ValueMapping): number {
    const { writer } = this.#merges.messages;
    const record = writer.allocate(layout.REPLACE_PART_WORDS);
    writer.set(record, 0, layout.REPLACE_PART, this.#conversion(said, held));
    return record;
  }

  /** Writes the conversion to the type of the part; returns 0 if it is the same type. */
  #conversion(said: ValueMapping, held: ValueMapping): number {
    if (isSameType(said, held)) {
      return 0;
    }
    const { messages } = this.#merges;
    const { writer } = messages;
    const record = writer.allocate(layout.CONVERSION_WORDS);
    if (said.kind !== "message" || held.kind !== "message") {
      writer.set(record, layout.CONVERSION_KIND, layout.ONLY_ELEMENT);
      return record;
    }
    const arms = saidArms(said.desc, said.message).flatMap((arm) => {
      const target = heldArm(held.desc, held.message, arm.type);
      return target === undefined ? [] : [{ said: arm.field, held: target.field }];
    });
    if (said.message.kind === "inline") {
      writer.set(record, layout.CONVERSION_KIND, layout.FROM_INLINE, messages.slot(said.message));
    } else {
      writer.set(record, layout.CONVERSION_KIND, layout.FROM_MESSAGE);
    }
    writer.setText(record, layout.CONVERSION_SAID_NAME, said.desc.name);
    writer.setText(record, layout.CONVERSION_HELD_NAME, held.desc.name);
    writer.set(record, layout.CONVERSION_MESSAGE, messages.message(held.desc));
    writer.setList(
      record,
      layout.CONVERSION_COUNT,
      arms,
      layout.CONVERSION_ARM_WORDS,
      (place, arm) => {
        writer.set(
          place,
          0,
          arm.said === undefined ? 0 : messages.field(arm.said),
          arm.held === undefined ? 0 : messages.field(arm.held),
        );
      },
    );
    return record;
  }
}

/** Returns whether an event can change the part of an arm's message. */
function canChange(desc: DescMessage, path: Path, event: PartEvent): boolean {
  try {
    compilePath(path, { desc }, event);
    return true;
  } catch (error) {
    if (error instanceof MappingError) {
      return false;
    }
    throw error;
  }
}

/** The type of an arm: its message, or "other" for the arm that keeps any other object as text. */
type ArmType = DescMessage | "other";

interface Arm {
  readonly type: ArmType;
  /** The field of the arm; undefined for the message itself. */
  readonly field: DescField | undefined;
}

function saidArms(desc: DescMessage, mapping: MessageMapping): readonly Arm[] {
  if (mapping.kind !== "inline") {
    return [{ type: desc, field: undefined }];
  }
  const { arms, otherArm } = mapping;
  return [
    ...arms.map(({ field, payload }): Arm => ({ type: payload.desc, field })),
    ...(otherArm === undefined ? [] : [{ type: "other", field: otherArm } as const]),
  ];
}

/** Returns the first arm for a type; undefined if there is none. */
function heldArm(desc: DescMessage, mapping: MessageMapping, type: ArmType): Arm | undefined {
  return saidArms(desc, mapping).find((arm) => arm.type === type);
}
