import type { DescEnum, DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";

/**
 * The JSON form of a message type, compiled from its descriptor and the options in
 * `stepwire/json/v1/json.proto`. All converters and generators use it.
 */
export type MessageMapping = ObjectMapping | ArrayMapping | InlineMapping | ByKindMapping;

/** A message that is a JSON object. */
export interface ObjectMapping {
  readonly kind: "object";
  readonly desc: DescMessage;
  /** The name of the object in OpenAI's schema; by default, the name of the message. */
  readonly schemaName: string;
  /** All possible members of the object, in the order of the canonical form. */
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
  /** The name of the array in OpenAI's schema; by default, the name of the message. */
  readonly schemaName: string;
  readonly field: DescField;
  readonly element: SingularMapping;
}

/** An inline union: the message has no JSON of its own, it is the payload of its arm, an object. */
export interface InlineMapping extends TaggedObjects {
  readonly kind: "inline";
  readonly desc: DescMessage;
  /** The name of the union in OpenAI's schema; by default, the name of the message. */
  readonly schemaName: string;
  readonly oneof: DescOneof;
  /** The arm that keeps any other object as text; undefined if there is none. */
  readonly otherArm: DescField | undefined;
}

/** Arms of a oneof whose payloads are objects that differ in the value of one member. */
export interface TaggedObjects {
  /** The name of the payload's member that selects the arm. */
  readonly tag: string;
  readonly arms: readonly InlineArm[];
  /** The first arm for each value of the payload's member `tag`. */
  readonly armByTagValue: ReadonlyMap<string, InlineArm>;
  /** The arm for an object without the member `tag`; undefined if there is none. */
  readonly armWithoutTag: InlineArm | undefined;
  /**
   * The name of the list whose first element tells arms with the same tag value apart; undefined if
   * there are no such arms.
   */
  readonly list: string | undefined;
  /**
   * For each tag value of several arms: these arms, by the value of the member `tag` in the first
   * element of `list`.
   */
  readonly armsByElement: ReadonlyMap<string, ReadonlyMap<string, InlineArm>>;
  /**
   * The arm whose payload is an adjacent union; undefined if there is none. If there are several,
   * they have the same tag, and this is the arm for the values that none of them knows: the first
   * one with an `any_other` arm, else the first.
   */
  readonly adjacentArm: InlineArm | undefined;
  /**
   * The arm for each value of the tag of the adjacent unions; empty if there is at most one such
   * arm.
   */
  readonly armByAdjacentTag: ReadonlyMap<string, InlineArm>;
}

/** The type of a JSON value. */
export type JsonKind = "string" | "number" | "boolean" | "array" | "object" | "null";

/**
 * A union by kind: the message has no JSON of its own, it is the payload of its arm, of any JSON
 * type.
 */
export interface ByKindMapping {
  readonly kind: "byKind";
  readonly desc: DescMessage;
  /** The name of the union in OpenAI's schema; by default, the name of the message. */
  readonly schemaName: string;
  readonly oneof: DescOneof;
  /** All arms except `otherArm`. */
  readonly arms: readonly KindArm[];
  /** The arm for all values of a JSON type; a type without such an arm has no entry. */
  readonly armByKind: ReadonlyMap<JsonKind, KindArm>;
  /**
   * The arm for the strings of an enum, checked before any other arm for strings; undefined if
   * there is none.
   */
  readonly enumArm: EnumArm | undefined;
  /**
   * The arms for objects if a tag distinguishes them; then `armByKind` has no entry for objects.
   */
  readonly taggedObjects: TaggedObjects | undefined;
  /** The arm that keeps any other value as text; undefined if there is none. */
  readonly otherArm: DescField | undefined;
}

/** An arm of a union by kind. */
export interface KindArm {
  readonly field: DescField;
  /** The JSON type of the arm's values. */
  readonly jsonKind: JsonKind;
  readonly value: SingularMapping;
}

/** An arm of a union by kind for the strings of an enum. */
export interface EnumArm extends KindArm {
  readonly value: EnumMapping;
}

/** An arm whose payload is an object that a member selects. */
export interface InlineArm {
  readonly field: DescField;
  /**
   * The values of the union's tag that select the arm: the constant of the payload, or all strings
   * of its enum. Empty if the payload has no such member: it is an adjacent union, or it holds
   * objects without the tag.
   */
  readonly tagValues: readonly string[];
  /** If the payload is an adjacent union: the name of that union's tag. */
  readonly adjacentTag: string | undefined;
  readonly payload: MessageReference;
}

/** A member of a JSON object. */
export type MemberMapping = FieldMember | ConstantMember | TagMember | PayloadMember;

/** A member that is stored in a field. */
export interface FieldMember {
  readonly kind: "field";
  readonly name: string;
  readonly field: DescField;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
}

/** A member that always has the same string and is not stored in the message. */
export interface ConstantMember {
  readonly kind: "constant";
  readonly name: string;
  readonly value: string;
  /** Whether the member must be present. The canonical form writes it in both cases. */
  readonly presence: "required" | "optional";
}

/** The member that names the set arm of a union. */
export interface TagMember {
  readonly kind: "tag";
  readonly name: string;
  readonly union: UnionMapping;
}

/** The member with the payload of an arm; in an adjacent union, with the payload of any arm. */
export interface PayloadMember {
  readonly kind: "payload";
  readonly name: string;
  readonly union: UnionMapping;
  /**
   * The arms whose payload this member holds: at least one, and in an adjacent union all except
   * `otherArm`.
   */
  readonly arms: readonly ArmMapping[];
}

/** A oneof whose arm is selected by a tag. */
export interface UnionMapping {
  readonly shape: "tagged" | "adjacent";
  readonly oneof: DescOneof;
  /** The name of the member with the tag. */
  readonly tag: string;
  readonly tagPresence: "required" | "optional";
  /** The name of the member with the payload; undefined in a tagged union. */
  readonly content: string | undefined;
  readonly arms: readonly ArmMapping[];
  readonly armByTag: ReadonlyMap<string, ArmMapping>;
  /** The arm of an adjacent union for all other tags; undefined if there is none. */
  readonly otherArm: OtherArm | undefined;
}

/** An arm of a tagged or adjacent union. */
export interface ArmMapping {
  readonly field: DescField;
  readonly tagValue: string;
  /**
   * The name of the member with the payload. Several arms of a tagged union may have the same.
   * Undefined if the arm has no payload.
   */
  readonly name: string | undefined;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
  /** The name of the whole object with this arm in OpenAI's schema. */
  readonly schemaName: string | undefined;
}

/** The arm for all other tags. It stores the tag, and the payload as text. */
export interface OtherArm {
  readonly field: DescField;
  readonly message: DescMessage;
  /** The field that stores the tag. */
  readonly tagField: DescField;
  /** The field that stores the text of the payload; unset if the payload is absent. */
  readonly contentField: DescField;
}

/**
 * Whether a member must be present, and what the canonical form writes if the field is unset (for a
 * list or map: empty). `required`: the field must be set. `nullable`: null. `optional`: no member.
 * `empty`: an empty list or map; only for these.
 */
export type MemberPresence = "required" | "nullable" | "optional" | "empty";

/** The JSON form of a value. */
export type ValueMapping =
  | SingularMapping
  | { readonly kind: "list"; readonly element: SingularMapping }
  | { readonly kind: "map"; readonly value: SingularMapping };

/** The JSON form of a value, except for list and map fields. */
export type SingularMapping =
  | { readonly kind: "string" }
  /** A string with the base64 form of the bytes. */
  | { readonly kind: "bytes" }
  | { readonly kind: "boolean" }
  | { readonly kind: "double" }
  | IntegerMapping
  | EnumMapping
  /** `google.protobuf.NullValue`; only as an arm of a union by kind. */
  | { readonly kind: "null" }
  /** A string field with the JSON text of any value. */
  | { readonly kind: "verbatim" }
  /** `google.protobuf.Value`: any JSON value. */
  | { readonly kind: "any" }
  | MessageReference;

/** A reference to the mapping of a nested message. */
export interface MessageReference {
  readonly kind: "message";
  readonly desc: DescMessage;
  /** Compiled on first use, because message types may contain themselves. */
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

/** An enum, with the strings for its values. */
export interface EnumMapping {
  readonly kind: "enum";
  readonly desc: DescEnum;
  readonly numberByString: ReadonlyMap<string, number>;
  readonly stringByNumber: ReadonlyMap<number, string>;
}
