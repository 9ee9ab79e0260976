import type { DescField, DescMessage } from "@bufbuild/protobuf";

const cache = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

/** Returns the fields of a message by their numbers. */
export function fieldsByNumber(message: DescMessage): ReadonlyMap<number, DescField> {
  let fields = cache.get(message);
  if (fields === undefined) {
    fields = new Map(message.fields.map((field) => [field.number, field]));
    cache.set(message, fields);
  }
  return fields;
}
