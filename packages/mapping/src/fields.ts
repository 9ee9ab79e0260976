import type { DescOneof } from "@bufbuild/protobuf";

/** The properties of a message or a JSON object, by name. */
export type Fields = Record<string, unknown>;

/** The value of a oneof in protobuf-es. */
export interface OneofValue {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/**
 * Returns a message as an object with its fields by local name. Code that works with descriptors
 * does not know the static type; protobuf-es stores each field under its local name.
 */
export function fieldsOf(message: unknown): Fields {
  if (typeof message !== "object" || message === null) {
    throw new TypeError("not a message");
  }
  return message as Fields;
}

/** Returns the set arm of a oneof. */
export function oneofOf(fields: Fields, oneof: DescOneof): OneofValue {
  // protobuf-es stores the value of a oneof in this form.
  return fields[oneof.localName] as OneofValue;
}
