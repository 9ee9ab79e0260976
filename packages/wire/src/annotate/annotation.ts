import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";

/** A part of the bytes. */
export interface ByteRange {
  readonly start: number;
  /** The first byte after the part. */
  readonly end: number;
}

/** How Protobuf writes a value, by the names of its specification. */
export type WireTypeName = "VARINT" | "I64" | "LEN" | "SGROUP" | "EGROUP" | "I32";

/** One field of a binary message: where its bytes are, and what they mean. */
export interface Annotation {
  /**
   * The field by the names of the schema, from the outermost message:
   * `items[0].price.amount`, `metadata["key"]`. A message that is
   * a JSON array has no name of its own in it; an unknown field goes by its number.
   */
  readonly path: string;
  /** How many messages it is in, beside the outermost. */
  readonly depth: number;
  readonly fieldNumber: number;
  readonly wireType: WireTypeName;
  /** Absent for an unknown field, and for the two fields of a map's entry. */
  readonly field?: DescField;
  readonly tag: ByteRange;
  /** Where the length of the value stands; absent if its wire type has none. */
  readonly length?: ByteRange;
  /** As far as the bytes go, if they end within the value. */
  readonly value: ByteRange;
  readonly content: AnnotatedContent;
}

/** A number, text or truth value. */
export type AnnotatedScalar =
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes" }
  /** The name is absent if the schema has none for the number. */
  | {
      readonly kind: "enum";
      readonly desc: DescEnum;
      readonly value: number;
      readonly name?: string;
    };

/** What the bytes of a field mean. */
export type AnnotatedContent =
  | AnnotatedScalar
  /** Its fields are the annotations that follow, one level deeper. */
  | { readonly kind: "message"; readonly desc: DescMessage }
  /** An entry of a map; its key and value are the annotations that follow. */
  | { readonly kind: "entry" }
  /** The elements of a repeated field in one piece. */
  | { readonly kind: "packed"; readonly values: readonly AnnotatedScalar[] }
  /** A field that the schema does not have, or has with another wire type. */
  | { readonly kind: "unknown"; readonly expected?: WireTypeName };

/** A place where the bytes are not what Protobuf allows. */
export interface AnnotationProblem {
  readonly offset: number;
  /** The message or field that it was found in; empty for the outermost message. */
  readonly path: string;
  readonly message: string;
}

/** Binary bytes, explained. */
export interface AnnotatedMessage {
  /** In the order of the bytes. */
  readonly annotations: readonly Annotation[];
  /** Empty if the bytes are a message. */
  readonly problems: readonly AnnotationProblem[];
}
