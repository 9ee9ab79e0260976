import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import {
  type ArmMapping,
  type FieldMember,
  getMessageMapping,
  MappingError,
  type MessageMapping,
  type ObjectMapping,
  type UnionMapping,
} from "@stepwire/mapping";
import { CONTAINER_SIZE } from "../fields.js";
import * as layout from "./layout.js";
import { PlanWriter } from "./plan-writer.js";

/** The size of an unset oneof: an object with the member `case`. */
const UNSET_ONEOF = CONTAINER_SIZE + "case".length;
const SET_ONEOF = CONTAINER_SIZE + "case".length + "value".length;

const presences = {
  required: layout.REQUIRED,
  nullable: layout.NULLABLE,
  optional: layout.OPTIONAL,
  empty: layout.EMPTY,
};

const kinds = {
  object: layout.OBJECT,
  array: layout.ARRAY,
  inline: layout.INLINE,
  byKind: layout.BY_KIND,
};

/** Writes message types, their fields and members; each one once. */
export class MessagePlans {
  readonly writer: PlanWriter = new PlanWriter();
  readonly #messages = new Map<DescMessage, number>();
  readonly #fields = new Map<DescField, number>();
  readonly #members = new Map<FieldMember, number>();
  readonly #unions = new Map<UnionMapping, number>();
  readonly #arms = new Map<ArmMapping, number>();

  /** Returns the address of a message type. */
  message(desc: DescMessage): number {
    const known = this.#messages.get(desc);
    if (known !== undefined) {
      return known;
    }
    const { writer } = this;
    const record = writer.allocate(layout.MESSAGE_WORDS);
    this.#messages.set(desc, record);
    const mapping = mappingOf(desc);
    const residue = mapping?.kind === "object" ? mapping.residue : undefined;
    const fields = desc.fields.toSorted((left, right) => left.number - right.number);
    const slots = slotsOf(desc, residue);
    const first = writer.allocate(fields.length * layout.FIELD_WORDS);
    for (const [index, field] of fields.entries()) {
      this.#fields.set(field, first + 4 * layout.FIELD_WORDS * index);
    }
    writer.setText(record, layout.MESSAGE_NAME, desc.typeName);
    writer.set(
      record,
      layout.MESSAGE_KIND,
      mapping === undefined ? layout.OTHER : kinds[mapping.kind],
      desc.members.length - (residue === undefined ? 0 : 1),
      sizeOfBlank(desc),
      fields.length,
      first,
    );
    if (residue !== undefined) {
      writer.set(record, layout.MESSAGE_RESIDUE, residue.number);
    }
    for (const field of fields) {
      this.#writeField(field, slots.get(field.oneof ?? field) ?? 0, residue);
    }
    if (mapping !== undefined) {
      this.#writeMapping(record, mapping, slots);
    }
    return record;
  }

  /** Returns the address of a field. */
  field(field: DescField): number {
    this.message(field.parent);
    return found(this.#fields.get(field));
  }

  /** Returns the address of a member that is stored in a field. */
  member(member: FieldMember): number {
    return this.#once(this.#members, member, layout.MEMBER_WORDS, (record) => {
      this.writer.setText(record, layout.MEMBER_NAME, member.name);
      this.writer.set(
        record,
        layout.MEMBER_FIELD,
        this.field(member.field),
        presences[member.presence],
      );
    });
  }

  /** Returns the address of a tagged or adjacent union. */
  union(union: UnionMapping): number {
    return this.#once(this.#unions, union, layout.UNION_WORDS, (record) => {
      const { writer } = this;
      writer.set(record, layout.UNION_SLOT, this.slot(union));
      writer.setText(record, layout.UNION_TAG, union.tag);
      writer.setList(record, layout.UNION_ARM_COUNT, union.arms, 1, (place, arm) => {
        writer.set(place, 0, this.arm(arm));
      });
    });
  }

  /** Returns the address of an arm of such a union. */
  arm(arm: ArmMapping): number {
    return this.#once(this.#arms, arm, layout.UNION_ARM_WORDS, (record) => {
      const { writer } = this;
      writer.set(record, layout.UNION_ARM_FIELD, this.field(arm.field));
      writer.setText(record, layout.UNION_ARM_TAG, arm.tagValue);
      writer.setText(record, layout.UNION_ARM_QUOTED_TAG, JSON.stringify(arm.tagValue));
      if (arm.name !== undefined) {
        writer.set(record, layout.UNION_ARM_HAS_NAME, 1);
        writer.setText(record, layout.UNION_ARM_NAME, arm.name);
      }
    });
  }

  /** Returns the slot of a union's oneof. */
  slot({ oneof }: Pick<UnionMapping, "oneof">): number {
    const mapping = mappingOf(oneof.parent);
    const residue = mapping?.kind === "object" ? mapping.residue : undefined;
    return found(slotsOf(oneof.parent, residue).get(oneof));
  }

  #once<Key>(
    records: Map<Key, number>,
    key: Key,
    words: number,
    write: (record: number) => void,
  ): number {
    let record = records.get(key);
    if (record === undefined) {
      record = this.writer.allocate(words);
      records.set(key, record);
      write(record);
    }
    return record;
  }

  #writeField(field: DescField, slot: number, residue: DescField | undefined): void {
    const record = found(this.#fields.get(field));
    const cardinality =
      field.fieldKind === "list"
        ? layout.LIST
        : field.fieldKind === "map"
          ? layout.MAP
          : layout.SINGULAR;
    const isExplicit =
      cardinality === layout.SINGULAR && field.presence !== FeatureSet_FieldPresence.IMPLICIT;
    const flags =
      (isExplicit ? layout.EXPLICIT : 0) |
      (field.fieldKind === "list" && field.packed ? layout.PACKED : 0) |
      (field.oneof === undefined ? 0 : layout.ONEOF) |
      (field === residue ? layout.RESIDUE : 0);
    this.writer.set(
      record,
      layout.FIELD_NUMBER,
      field.number,
      slot,
      typeOf(field),
      cardinality,
      flags,
      // A residue is read without its descriptor.
      field.message === undefined || field === residue ? 0 : this.message(field.message),
      SET_ONEOF + field.localName.length,
    );
    this.writer.setText(record, layout.FIELD_NAME, field.localName);
  }

  #writeMapping(
    record: number,
    mapping: MessageMapping,
    slots: ReadonlyMap<unknown, number>,
  ): void {
    const { writer } = this;
    switch (mapping.kind) {
      case "object":
        this.#writeBlank(record, mapping);
        break;
      case "array":
        writer.set(record, layout.MESSAGE_LIST, this.field(mapping.field));
        break;
      default:
        writer.set(record, layout.MESSAGE_SLOT, found(slots.get(mapping.oneof)));
    }
  }

  /** Writes which members are absent in a message without content. */
  #writeBlank(record: number, mapping: ObjectMapping): void {
    const names: string[] = [];
    const numbers: number[] = [];
    for (const member of mapping.members) {
      if (member.kind === "field" && member.presence !== "optional") {
        numbers.push(member.field.number);
      } else if (
        member.kind === "constant" ||
        (member.kind === "tag" && member.union.tagPresence === "required")
      ) {
        names.push(member.name);
      }
    }
    const { writer } = this;
    writer.setList(record, layout.MESSAGE_BLANK_NAME_COUNT, names, 2, (place, name) => {
      writer.setText(place, 0, name);
    });
    writer.setList(record, layout.MESSAGE_BLANK_NUMBER_COUNT, numbers, 1, (place, number) => {
      writer.set(place, 0, number);
    });
  }
}

/** Returns the mapping of a message; undefined if it is none of a JSON value, such as an arm for any other event. */
function mappingOf(desc: DescMessage): MessageMapping | undefined {
  if (desc.file.proto.package.startsWith("google.protobuf")) {
    return undefined;
  }
  try {
    return getMessageMapping(desc);
  } catch (error) {
    if (error instanceof MappingError) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the slot of each field and oneof. The residue has none. */
function slotsOf(desc: DescMessage, residue: DescField | undefined): ReadonlyMap<unknown, number> {
  const members = desc.members.filter((member) => member !== residue);
  return new Map(members.map((member, slot) => [member, slot]));
}

/** Returns the size of a message without content, except its residue. */
function sizeOfBlank(desc: DescMessage): number {
  const collections = desc.fields.filter(
    ({ fieldKind }) => fieldKind === "list" || fieldKind === "map",
  );
  return CONTAINER_SIZE * (1 + collections.length) + UNSET_ONEOF * desc.oneofs.length;
}

function typeOf(field: DescField): number {
  if (field.message !== undefined) {
    return layout.TYPE_MESSAGE;
  }
  // The layout has the numbers of `ScalarType`.
  return field.scalar ?? layout.TYPE_ENUM;
}

function found<Item>(item: Item | undefined): Item {
  if (item === undefined) {
    throw new TypeError("a part of the plan is missing");
  }
  return item;
}
