import { type DescMessage, getOption } from "@bufbuild/protobuf";
import { repeats_fields as repeatsFields } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";

/** An arm of an event message whose payloads repeat their fields. */
export interface RepeatingArm {
  /** Arms of the same message share a slot. Its number is the smallest field number of these arms. */
  readonly slot: number;
  readonly message: MessageNode;
}

/** A message, with the messages in its fields. */
export class MessageNode {
  readonly #desc: DescMessage;
  #children: ReadonlyMap<number, MessageNode> | undefined;

  constructor(desc: DescMessage) {
    this.#desc = desc;
  }

  /** Returns the message in a field; undefined if the field holds something else. */
  child(number: number): MessageNode | undefined {
    this.#children ??= new Map(
      this.#desc.fields.flatMap(({ number, message, fieldKind }) =>
        message === undefined || fieldKind === "map" ? [] : [[number, nodeOf(message)] as const],
      ),
    );
    return this.#children.get(number);
  }
}

const nodes = new WeakMap<DescMessage, MessageNode>();

function nodeOf(desc: DescMessage): MessageNode {
  const node = nodes.get(desc) ?? new MessageNode(desc);
  nodes.set(desc, node);
  return node;
}

const cache = new WeakMap<DescMessage, ReadonlyMap<number, RepeatingArm>>();

/**
 * Returns the arms of an event message whose messages have the option `repeats_fields`, by field
 * number.
 */
export function repeatingArms(schema: DescMessage): ReadonlyMap<number, RepeatingArm> {
  const arms = cache.get(schema) ?? findArms(schema);
  cache.set(schema, arms);
  return arms;
}

function findArms({ fields }: DescMessage): ReadonlyMap<number, RepeatingArm> {
  const arms = new Map<number, RepeatingArm>();
  const slots = new Map<DescMessage, number>();
  for (const field of fields.toSorted((one, other) => one.number - other.number)) {
    if (field.fieldKind === "message" && getOption(field.message, repeatsFields)) {
      const slot = slots.get(field.message) ?? field.number;
      slots.set(field.message, slot);
      arms.set(field.number, { slot, message: nodeOf(field.message) });
    }
  }
  return arms;
}
