import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";

/** A range of bytes. */
export interface ByteRange {
  readonly start: number;
  /** Offset of the first byte after the range. */
  readonly end: number;
}

/** A wire type, with its name in the Protobuf specification. */
export type WireTypeName = "VARINT" | "I64" | "LEN" | "SGROUP" | "EGROUP" | "I32";

/** One field of a binary message: where its bytes are, and what they mean. */
export interface Annotation {
  /**
   * The names of the field and of the fields around it, such as `items[0].price.amount` or
   * `metadata["key"]`. The one field of a JSON array is omitted. An unknown field has its number
   * instead of a name.
   */
  readonly path: string;
  /** Number of nested messages around the field; 0 in the outermost message. */
  readonly depth: number;
  readonly fieldNumber: number;
  readonly wireType: WireTypeName;
  /** Absent for an unknown field, and for the key and value of a map entry. */
  readonly field?: DescField;
  readonly tag: ByteRange;
  /** The bytes of the value's length; absent for wire types without a length. */
  readonly length?: ByteRange;
  /** The bytes of the value. Shorter than the value if the input ends within it. */
  readonly value: ByteRange;
  readonly content: AnnotatedContent;
}

/** A number, a string or a boolean. */
export type AnnotatedScalar =
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes" }
  /** The name is absent if the enum has no value with this number. */
  | {
      readonly kind: "enum";
      readonly desc: DescEnum;
      readonly value: number;
      readonly name?: string;
    };

/** The meaning of a field's bytes. */
export type AnnotatedContent =
  | AnnotatedScalar
  /** A message; its fields are the next annotations, one level deeper. */
  | { readonly kind: "message"; readonly desc: DescMessage }
  /** A map entry; its key and value are the next annotations. */
  | { readonly kind: "entry" }
  /** The elements of a packed field. */
  | { readonly kind: "packed"; readonly values: readonly AnnotatedScalar[] }
  /** A field that is not in the schema, or has another wire type there. */
  | { readonly kind: "unknown"; readonly expected?: WireTypeName };

/** A place where the bytes are malformed. */
export interface AnnotationProblem {
  readonly offset: number;
  /** Path of the message or field with the problem; empty for the outermost message. */
  readonly path: string;
  readonly message: string;
}

/** The description of a binary message. */
export interface AnnotatedMessage {
  /** In the order of the bytes. */
  readonly annotations: readonly Annotation[];
  /** Empty if the bytes are a valid message. */
  readonly problems: readonly AnnotationProblem[];
}
