import type { DescEnum, DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";

/**
 * The JSON form of a message type, read from its descriptor and the options of
 * `stepwire/json/v1/json.proto`. All converters and generators work from it.
 */
export type MessageMapping = ObjectMapping | ArrayMapping | InlineMapping | ByKindMapping;

/** A message that is a JSON object. */
export interface ObjectMapping {
  readonly kind: "object";
  readonly desc: DescMessage;
  /** The object's name in OpenAI's own schema, or the message's. */
  readonly schemaName: string;
  /** Every member that the object can have, in the order of the canonical form. */
  readonly members: readonly MemberMapping[];
  readonly memberByName: ReadonlyMap<string, MemberMapping>;
  /** The tagged and adjacent unions among the members. */
  readonly unions: readonly UnionMapping[];
  /** The field that holds the `JsonResidue`. */
  readonly residue: DescField;
}

/** A message that is a JSON array: the list of its one repeated field. */
export interface ArrayMapping {
  readonly kind: "array";
  readonly desc: DescMessage;
  /** The array's name in OpenAI's own schema, or the message's. */
  readonly schemaName: string;
  readonly field: DescField;
  readonly element: SingularMapping;
}

/** A message without a JSON form of its own: it is the payload of its arm, an object. */
export interface InlineMapping extends TaggedObjects {
  readonly kind: "inline";
  readonly desc: DescMessage;
  /** The name of the union in OpenAI's own schema, or the message's. */
  readonly schemaName: string;
  readonly oneof: DescOneof;
  /** The arm that keeps any other object as text, if there is one. */
  readonly otherArm: DescField | undefined;
}

/** Arms of a oneof that are objects, told apart by a member of these. */
export interface TaggedObjects {
  /** The name of the payload's member that tells the arms apart. */
  readonly tag: string;
  readonly arms: readonly InlineArm[];
  /** Arms by the value of the constant that their payload has under `tag`. */
  readonly armByConstant: ReadonlyMap<string, InlineArm>;
  /** The arm whose payload is an adjacent union, if there is one. */
  readonly adjacentArm: InlineArm | undefined;
}

/** The type of a JSON value. */
export type JsonKind = "string" | "number" | "boolean" | "array" | "object" | "null";

/** A message without a JSON form of its own: it is the payload of its arm, of any JSON type. */
export interface ByKindMapping {
  readonly kind: "byKind";
  readonly desc: DescMessage;
  /** The name of the union in OpenAI's own schema, or the message's. */
  readonly schemaName: string;
  readonly oneof: DescOneof;
  /** All arms but `otherArm`. */
  readonly arms: readonly KindArm[];
  /** The arm that takes every value of a JSON type, if the type has one. */
  readonly armByKind: ReadonlyMap<JsonKind, KindArm>;
  /** The arm that takes the strings of its enum, before any other arm for strings. */
  readonly enumArm: EnumArm | undefined;
  /** The arms for objects, if a tag tells them apart. Then none of them is in `armByKind`. */
  readonly taggedObjects: TaggedObjects | undefined;
  /** The arm that keeps any other value as text, if there is one. */
  readonly otherArm: DescField | undefined;
}

/** An arm of a union by kind. */
export interface KindArm {
  readonly field: DescField;
  /** The type of the values that the arm takes. */
  readonly jsonKind: JsonKind;
  readonly value: SingularMapping;
}

/** An arm of a union by kind that takes the strings of an enum. */
export interface EnumArm extends KindArm {
  readonly value: EnumMapping;
}

/** An arm that holds an object which a member tells apart. */
export interface InlineArm {
  readonly field: DescField;
  /** The constant that the payload has under the union's tag. */
  readonly constant: string | undefined;
  /** The tag's member of the payload, where that is an adjacent union. */
  readonly adjacentTag: string | undefined;
  readonly payload: MessageReference;
}

/** A member of a JSON object. */
export type MemberMapping = FieldMember | ConstantMember | TagMember | PayloadMember;

/** A member that a field holds. */
export interface FieldMember {
  readonly kind: "field";
  readonly name: string;
  readonly field: DescField;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
}

/** A member that always has the same string, which the message does not store. */
export interface ConstantMember {
  readonly kind: "constant";
  readonly name: string;
  readonly value: string;
  /** Whether the member must be there. The canonical form writes it either way. */
  readonly presence: "required" | "optional";
}

/** The member that says which arm of a union is set. */
export interface TagMember {
  readonly kind: "tag";
  readonly name: string;
  readonly union: UnionMapping;
}

/** The member that holds the payload of one arm, or, in an adjacent union, of any. */
export interface PayloadMember {
  readonly kind: "payload";
  readonly name: string;
  readonly union: UnionMapping;
  /** The one arm that this member belongs to; undefined in an adjacent union. */
  readonly arm: ArmMapping | undefined;
}

/** A oneof whose arm is named by a tag. */
export interface UnionMapping {
  readonly shape: "tagged" | "adjacent";
  readonly oneof: DescOneof;
  /** The name of the tag's member. */
  readonly tag: string;
  readonly tagPresence: "required" | "optional";
  /** The name of the payload's member; undefined in a tagged union. */
  readonly content: string | undefined;
  readonly arms: readonly ArmMapping[];
  readonly armByTag: ReadonlyMap<string, ArmMapping>;
  /** The arm of an adjacent union that takes every other tag. */
  readonly otherArm: OtherArm | undefined;
}

/** An arm of a tagged or adjacent union. */
export interface ArmMapping {
  readonly field: DescField;
  readonly tagValue: string;
  /** The name of the payload's member. */
  readonly name: string;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
  /** The name that the object has with this arm in OpenAI's own schema. */
  readonly schemaName: string | undefined;
}

/** An arm that keeps the tag and the text of the payload of any other variant. */
export interface OtherArm {
  readonly field: DescField;
  readonly message: DescMessage;
  /** The field that holds the tag. */
  readonly tagField: DescField;
  /** The field that holds the text of the payload; unset where that is absent. */
  readonly contentField: DescField;
}

/**
 * Whether a member must be there, and what the canonical form writes while its
 * field is unset (a list or map: empty): nothing but a set value, `null`, or no
 * member at all.
 */
export type MemberPresence = "required" | "nullable" | "optional";

/** The JSON form of a value. */
export type ValueMapping =
  | SingularMapping
  | { readonly kind: "list"; readonly element: SingularMapping }
  | { readonly kind: "map"; readonly value: SingularMapping };

/** The JSON form of a value that is not a list or a map field. */
export type SingularMapping =
  | { readonly kind: "string" }
  /** A string that is the base64 of the bytes. */
  | { readonly kind: "bytes" }
  | { readonly kind: "boolean" }
  | { readonly kind: "double" }
  | IntegerMapping
  | EnumMapping
  /** `google.protobuf.NullValue`, only as an arm of a union by kind. */
  | { readonly kind: "null" }
  /** The string is the text of any JSON value. */
  | { readonly kind: "verbatim" }
  /** `google.protobuf.Value`, any JSON value. */
  | { readonly kind: "any" }
  | MessageReference;

/** A message within a message. */
export interface MessageReference {
  readonly kind: "message";
  readonly desc: DescMessage;
  /** Read on first use, because message types may contain themselves. */
  readonly message: MessageMapping;
}

/** An integer with the range of its Protobuf type. */
export interface IntegerMapping {
  readonly kind: "integer";
  /** The Protobuf type, as in `ScalarType`. */
  readonly type: IntegerType;
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** The integer types of Protobuf. */
export type IntegerType =
  | "int32"
  | "uint32"
  | "sint32"
  | "fixed32"
  | "sfixed32"
  | "int64"
  | "uint64"
  | "sint64"
  | "fixed64"
  | "sfixed64";

/** An enum by the strings that stand for its values. */
export interface EnumMapping {
  readonly kind: "enum";
  readonly desc: DescEnum;
  readonly numberByString: ReadonlyMap<string, number>;
  readonly stringByNumber: ReadonlyMap<number, string>;
}
