import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type ArrayMapping,
  type ByKindMapping,
  type FieldMember,
  getMessageMapping,
  type KindArm,
  type MemberMapping,
  type ObjectMapping,
  type SingularMapping,
  type UnionMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import {
  Merge,
  merge_into as mergeIntoOption,
  merge as mergeOption,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { identityOf } from "../identity.js";
import { isMerged } from "../merge-by-kind.js";
import { continues, isIndex } from "../merge-list.js";
import * as layout from "./layout.js";
import type { MessagePlans } from "./messages.js";

/**
 * Writes how messages of deltas are merged: the same decisions as `compileMerge`, which has checked
 * the options before.
 */
export class MergePlans {
  readonly messages: MessagePlans;
  readonly #merges = new Map<DescMessage, Map<DescMessage, number>>();
  /** The combinations that are nothing but an operation. */
  readonly #operations = new Map<number, number>();

  constructor(messages: MessagePlans) {
    this.messages = messages;
  }

  /** Returns the address of the merge of one message type into another. */
  merge(said: DescMessage, held: DescMessage): number {
    let merges = this.#merges.get(said);
    if (merges === undefined) {
      merges = new Map();
      this.#merges.set(said, merges);
    }
    let record = merges.get(held);
    if (record === undefined) {
      const [saidMapping, heldMapping] = [getMessageMapping(said), getMessageMapping(held)];
      const isObject = saidMapping.kind === "object";
      const { writer } = this.messages;
      record = writer.allocate(isObject ? layout.OBJECTS_WORDS : layout.ARRAYS_WORDS);
      merges.set(held, record);
      writer.set(record, layout.MERGE_MESSAGE, this.messages.message(held));
      if (saidMapping.kind === "object" && heldMapping.kind === "object") {
        this.#writeObjects(record, saidMapping, heldMapping);
      } else if (saidMapping.kind === "array" && heldMapping.kind === "array") {
        this.#writeArrays(record, saidMapping, heldMapping);
      }
    }
    return record;
  }

  /** Returns the address of a combination that has no more than its operation. */
  operation(operation: number): number {
    let record = this.#operations.get(operation);
    if (record === undefined) {
      record = this.messages.writer.allocate(layout.COMBINE_WORDS);
      this.messages.writer.set(record, 0, operation);
      this.#operations.set(operation, record);
    }
    return record;
  }

  /** Returns the address of a combination of messages by a merge. */
  combineMessages(merge: number): number {
    const record = this.messages.writer.allocate(layout.COMBINE_WORDS);
    this.messages.writer.set(record, 0, layout.COMBINE_MESSAGES, merge);
    return record;
  }

  /** Returns the address of how the value of a delta's field changes the value of a member. */
  combine(
    said: ValueMapping,
    held: ValueMapping,
    field: DescField,
    option: Merge = getOption(field, mergeOption),
  ): number {
    switch (option) {
      case Merge.CONCATENATE:
        return this.operation(
          said.kind === "string" ? layout.CONCATENATE : layout.CONCATENATE_BYTES,
        );
      case Merge.IDENTIFIER:
        return this.operation(layout.IDENTIFY);
      case Merge.NONZERO:
        return this.operation(layout.REPLACE_BY_NONZERO);
      default:
    }
    if (said.kind === "list" && held.kind === "list") {
      return this.#list(said.element, held.element, option);
    }
    if (said.kind === "message" && held.kind === "message") {
      if (said.desc === held.desc && said.message.kind === "inline") {
        return this.operation(layout.REPLACE);
      }
      return said.message.kind === "byKind" && held.message.kind === "byKind"
        ? this.#byKind(said.message, held.message)
        : this.combineMessages(this.merge(said.desc, held.desc));
    }
    return this.operation(said.kind === "map" ? layout.COMBINE_MAPS : layout.REPLACE);
  }

  #list(said: SingularMapping, held: SingularMapping, option: Merge): number {
    if (option === Merge.APPEND) {
      return this.operation(layout.APPEND);
    }
    if (said.kind !== "message" || held.kind !== "message") {
      return this.operation(layout.REPLACE_COLLECTION);
    }
    if (option === Merge.CONTINUE) {
      return this.#continue(said.desc);
    }
    return this.#byIndex(said.desc, held.desc) ?? this.operation(layout.REPLACE_COLLECTION);
  }

  #continue(desc: DescMessage): number {
    const { messages } = this;
    const { writer } = messages;
    const mapping = getMessageMapping(desc);
    const [union] = mapping.kind === "object" ? mapping.unions : [];
    const record = writer.allocate(layout.CONTINUE_WORDS);
    writer.set(record, 0, layout.CONTINUE, this.merge(desc, desc));
    if (union !== undefined) {
      writer.set(record, layout.CONTINUE_SLOT, messages.slot(union));
      const arms = union.arms.filter(continues);
      writer.setList(record, layout.CONTINUE_COUNT, arms, 1, (place, arm) => {
        writer.set(place, 0, messages.field(arm.field));
      });
    }
    return record;
  }

  #byIndex(said: DescMessage, held: DescMessage): number | undefined {
    const mapping = getMessageMapping(said);
    if (mapping.kind !== "object") {
      return undefined;
    }
    const index = findMember(mapping, Merge.INDEX);
    if (index === undefined) {
      return undefined;
    }
    const { messages } = this;
    const identifier = findMember(mapping, Merge.IDENTIFIER);
    const identify = identifier && held.fields.find(({ name }) => name === identifier.field.name);
    const record = messages.writer.allocate(layout.BY_INDEX_WORDS);
    messages.writer.set(
      record,
      0,
      layout.BY_INDEX,
      this.merge(said, held),
      messages.message(held),
      messages.member(index),
      identifier === undefined ? 0 : messages.member(identifier),
      identify === undefined ? 0 : messages.field(identify),
    );
    return record;
  }

  #byKind(said: ByKindMapping, held: ByKindMapping): number {
    if (!said.arms.some(({ field }) => isMerged(field)) && said.desc === held.desc) {
      return this.operation(layout.REPLACE);
    }
    const { messages } = this;
    const { writer } = messages;
    const record = writer.allocate(layout.KIND_WORDS);
    writer.set(record, 0, layout.COMBINE_BY_KIND);
    writer.set(record, layout.KIND_SAID, messages.message(said.desc), messages.message(held.desc));
    const pairs = said.arms.flatMap((arm) => {
      const target = held.arms.find(
        ({ jsonKind, value }) => jsonKind === arm.jsonKind && value.kind === arm.value.kind,
      );
      return target === undefined ? [] : [{ said: arm, held: target }];
    });
    const places: number[] = [];
    writer.setList(record, layout.KIND_PAIR_COUNT, pairs, layout.PAIR_WORDS, (place, pair) => {
      places.push(place);
      writer.set(
        place,
        layout.PAIR_SAID,
        messages.field(pair.said.field),
        messages.field(pair.held.field),
        this.combine(pair.said.value, pair.held.value, pair.said.field),
      );
    });
    const text = pairs.findIndex((pair) => pair.said.value.kind === "string");
    const list = pairs.findIndex((pair) => pair.said.jsonKind === "array");
    writer.set(record, layout.KIND_TEXT, places[text] ?? 0, places[list] ?? 0);
    const [textPair, listPair] = [pairs[text], pairs[list]];
    if (textPair !== undefined && listPair !== undefined && pairs.length === 2) {
      writer.set(record, layout.KIND_ENLIST, this.#enlist(textPair.said, listPair.held));
    }
    writer.setList(
      record,
      layout.KIND_ARM_COUNT,
      held.arms,
      layout.KIND_ARM_WORDS,
      (place, { field, jsonKind, value }) => {
        writer.set(place, layout.KIND_ARM_FIELD, messages.field(field));
        writer.setText(place, layout.KIND_ARM_KIND, jsonKind);
        if (value.kind === "message" && value.message.kind === "array") {
          writer.set(place, layout.KIND_ARM_LIST, messages.field(value.message.field));
        }
      },
    );
    return record;
  }

  /** Writes how to make a list of a string; returns 0 if the string's arm has no `merge_into`. */
  #enlist(text: KindArm, list: KindArm): number {
    const name = getOption(text.field, mergeIntoOption);
    const array = list.field.message && getMessageMapping(list.field.message);
    const element = array?.kind === "array" ? array.element : undefined;
    const desc = element?.kind === "message" ? element.desc : undefined;
    const arm = desc?.fields.find((each) => each.name === name);
    if (name === "" || array === undefined || desc === undefined || arm === undefined) {
      return 0;
    }
    const { messages } = this;
    const record = messages.writer.allocate(layout.ENLIST_WORDS);
    messages.writer.set(
      record,
      layout.ENLIST_ARRAY,
      messages.message(array.desc),
      messages.message(desc),
      messages.field(arm),
    );
    return record;
  }

  #writeArrays(record: number, said: ArrayMapping, held: ArrayMapping): void {
    const { messages } = this;
    messages.writer.set(record, 0, layout.MERGE_ARRAYS);
    messages.writer.set(
      record,
      layout.ARRAYS_SAID,
      messages.field(said.field),
      messages.field(held.field),
      this.combine(
        { kind: "list", element: said.element },
        { kind: "list", element: held.element },
        said.field,
      ),
    );
  }

  #writeObjects(record: number, said: ObjectMapping, held: ObjectMapping): void {
    const { messages } = this;
    const { writer } = messages;
    const identity = identityOf(held.desc);
    writer.set(record, 0, layout.MERGE_OBJECTS);
    const members = said.members.filter(
      (member): member is FieldMember => member.kind === "field" && changesMember(member, held),
    );
    writer.setList(
      record,
      layout.OBJECTS_MEMBER_COUNT,
      members,
      layout.MEMBER_MERGE_WORDS,
      (place, member) => this.#writeMember(place, member, held, identity),
    );
    writer.setList(record, layout.OBJECTS_UNION_COUNT, said.unions, 1, (place, union) => {
      const target = held.unions.find(({ tag }) => tag === union.tag);
      writer.set(place, 0, target === undefined ? 0 : this.#union(union, target));
    });
    const own = ownConstants(said, held);
    const constants = said.members.filter(
      ({ kind, name }) => kind === "constant" && held.memberByName.get(name)?.kind === "constant",
    );
    writer.setList(
      record,
      layout.OBJECTS_CONSTANT_COUNT,
      constants,
      layout.CONSTANT_WORDS,
      (place, { name }) => {
        writer.setText(place, layout.CONSTANT_NAME, name);
        writer.set(place, layout.CONSTANT_OWN, own.has(name) ? 1 : 0);
      },
    );
    const merged = said.members
      .filter(({ kind, name }) => kind !== "constant" || own.has(name))
      .map(({ name }) => name);
    writer.setList(record, layout.OBJECTS_MERGED_COUNT, merged, 2, (place, name) => {
      writer.setText(place, 0, name);
    });
    const kept = held.members.filter(({ name }) => !merged.includes(name));
    writer.setList(record, layout.OBJECTS_KEPT_COUNT, kept, layout.KEPT_WORDS, (place, member) =>
      this.#writeKept(place, member, identity),
    );
  }

  #writeMember(
    place: number,
    member: FieldMember,
    held: ObjectMapping,
    identity: ReadonlySet<string>,
  ): void {
    const { messages } = this;
    const { writer } = messages;
    const { field, value } = member;
    const target = held.memberByName.get(getOption(field, mergeIntoOption) || member.name);
    writer.set(place, layout.MEMBER_MERGE_SAID, messages.member(member));
    if (target?.kind === "field") {
      const combine = identity.has(target.name)
        ? this.operation(layout.REFUSE_IDENTITY)
        : this.combine(value, target.value, field);
      writer.set(place, layout.MEMBER_MERGE_TARGET, layout.TARGET_FIELD, messages.member(target));
      writer.set(place, layout.MEMBER_MERGE_COMBINE, combine);
      return;
    }
    const arm = target?.kind === "payload" ? target.arms[0] : undefined;
    if (target?.kind === "payload" && arm !== undefined) {
      writer.set(
        place,
        layout.MEMBER_MERGE_TARGET,
        layout.TARGET_ARM,
        messages.arm(arm),
        messages.union(target.union),
        this.combine(value, arm.value, field),
      );
    } else if (target?.kind === "tag") {
      writer.set(
        place,
        layout.MEMBER_MERGE_TARGET,
        layout.TARGET_TAG,
        messages.union(target.union),
      );
      const tags = value.kind === "enum" ? [...value.stringByNumber] : [];
      writer.setList(
        place,
        layout.MEMBER_MERGE_TAG_COUNT,
        tags,
        layout.TAG_WORDS,
        (tag, [number, text]) => {
          writer.set(tag, layout.TAG_NUMBER, number);
          writer.setText(tag, layout.TAG_TEXT, JSON.stringify(text));
        },
      );
    }
  }

  /** Writes the merge of a member that deltas keep as text. */
  #writeKept(place: number, target: MemberMapping, identity: ReadonlySet<string>): void {
    const { messages } = this;
    messages.writer.setText(place, layout.KEPT_NAME, target.name);
    if (target.kind === "field") {
      const operation = identity.has(target.name)
        ? layout.REFUSE_IDENTITY
        : keptOperation(target.value);
      messages.writer.set(
        place,
        layout.KEPT_MEMBER,
        messages.member(target),
        this.operation(operation),
      );
    }
  }

  #union(said: UnionMapping, held: UnionMapping): number {
    const { messages } = this;
    const { writer } = messages;
    const record = writer.allocate(layout.UNION_MERGE_WORDS);
    writer.set(record, layout.UNION_MERGE_SAID, messages.union(said), messages.union(held));
    const names: string[] = [];
    let groupCount = 0;
    const arms = said.arms.flatMap((arm) => {
      const target = held.armByTag.get(arm.tagValue);
      if (target === undefined) {
        return [];
      }
      // Arms with the same member for their payloads are a group; an arm without a payload is alone.
      const known = arm.name === undefined ? -1 : names.indexOf(arm.name);
      const group = known === -1 ? groupCount++ : known;
      if (arm.name !== undefined) {
        names[group] = arm.name;
      }
      return [{ said: arm, held: target, group }];
    });
    writer.setList(
      record,
      layout.UNION_MERGE_ARM_COUNT,
      arms,
      layout.ARM_MERGE_WORDS,
      (place, arm) => {
        writer.set(
          place,
          layout.ARM_MERGE_SAID,
          messages.arm(arm.said),
          messages.arm(arm.held),
          this.combine(arm.said.value, arm.held.value, arm.said.field),
          arm.group,
        );
      },
    );
    writer.set(record, layout.UNION_MERGE_GROUP_COUNT, groupCount);
    return record;
  }
}

function changesMember(member: FieldMember, held: ObjectMapping): boolean {
  if (getOption(member.field, mergeOption) === Merge.NONE) {
    return false;
  }
  return !isIndex(member) || held.memberByName.has(member.name);
}

function findMember(mapping: ObjectMapping, merge: Merge): FieldMember | undefined {
  return mapping.members.find(
    (member): member is FieldMember =>
      member.kind === "field" && getOption(member.field, mergeOption) === merge,
  );
}

function ownConstants(said: ObjectMapping, held: ObjectMapping): ReadonlySet<string> {
  return new Set(
    said.members.flatMap((member) => {
      const target = held.memberByName.get(member.name);
      const isOwn =
        member.kind === "constant" && target?.kind === "constant" && member.value !== target.value;
      return isOwn ? [member.name] : [];
    }),
  );
}

function keptOperation(value: ValueMapping): number {
  switch (value.kind) {
    case "message":
      return layout.COMBINE_TEXTS;
    case "list":
      return layout.REPLACE_COLLECTION;
    case "map":
      return layout.COMBINE_MAPS;
    default:
      return layout.REPLACE;
  }
}
