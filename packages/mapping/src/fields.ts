import type { DescOneof } from "@bufbuild/protobuf";

/** A message, or a JSON object, by the names of its properties. */
export type Fields = Record<string, unknown>;

/** What protobuf-es holds for a oneof. */
export interface OneofValue {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/**
 * A message for access by local name. Its static type is not known where code is
 * compiled from descriptors; protobuf-es holds each field under its local name.
 */
export function fieldsOf(message: unknown): Fields {
  if (typeof message !== "object" || message === null) {
    throw new TypeError("not a message");
  }
  return message as Fields;
}

/** The set arm of a oneof. */
export function oneofOf(fields: Fields, oneof: DescOneof): OneofValue {
  // protobuf-es holds nothing else there.
  return fields[oneof.localName] as OneofValue;
}
