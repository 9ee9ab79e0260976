/**
 * What the user decides about an import. Every member is optional. The file is YAML or JSON; the
 * names are those of this interface, in snake case.
 */
export interface ImportConfig {
  /** The Protobuf package, such as "acme.kettle.v1". */
  readonly package?: string;
  /** The names of the schemas to import, with all that they refer to; default: all of them. */
  readonly roots?: readonly string[];
  /** Names of files, each with patterns of names of schemas; `*` stands for any text. */
  readonly files?: ReadonlyMap<string, readonly string[]>;
  /** The type of an integer that has neither a format nor bounds; default: int64. */
  readonly integers?: IntegerChoice;
  /**
   * What comments say where the config has none: facts of the schema (the default), nothing, or
   * the document's descriptions.
   */
  readonly comments?: CommentChoice;
  /** Comments of members by their name, for all schemas that have no other comment for them. */
  readonly members?: ReadonlyMap<string, string>;
  /** By the name of a schema, the JSON Pointer of an inline one, or the name of a message. */
  readonly schemas?: ReadonlyMap<string, SchemaConfig>;
}

export type IntegerChoice = (typeof INTEGER_CHOICES)[number];
export const INTEGER_CHOICES = ["int32", "int64", "uint32"] as const;

export type CommentChoice = (typeof COMMENT_CHOICES)[number];
export const COMMENT_CHOICES = ["generated", "none", "descriptions"] as const;

/** What the user decides about one schema. */
export interface SchemaConfig {
  /** The name of the message or enum. */
  readonly name?: string;
  /** The comment of the message or enum: sentences. */
  readonly comment?: string;
  /** Leaves out the schema: members and arms of this type are unknown to the result. */
  readonly skip?: boolean;
  /** Changes the schema before it is read: a JSON Merge Patch (RFC 7396). */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** Keeps the value as text, as `google.protobuf.Value`, or as a plain string. */
  readonly type?: SchemaTypeChoice;
  /** Only for `string | enum`: keeps the enum, in a union by kind with the arm for other strings. */
  readonly openEnum?: boolean;
  /** Only for a union of objects: one message with the members of all of them. */
  readonly merge?: boolean;
  /** Only for a union of objects: the member that tells them apart. */
  readonly tag?: string;
  /** The former name of the schema in the document. */
  readonly renamedFrom?: string;
  /** The name in the generated types; default: the name of the message. */
  readonly schemaName?: string;
  /** The names of the members that identify the object: `(stepwire.json.v1.identity)`. */
  readonly identity?: readonly string[];
  /** `(stepwire.json.v1.repeats_fields)`. */
  readonly repeatsFields?: boolean;
  /** Further options of the message: text format by full name of the option. */
  readonly options?: ReadonlyMap<string, string>;
  /** By the name of a member in the document; for a union, by the tag's value or the JSON type. */
  readonly members?: ReadonlyMap<string, MemberConfig>;
  /**
   * The members, or the arms of a union, that come first; all others follow in the order of the
   * document. The names are those of `members`.
   */
  readonly order?: readonly string[];
  /** Only for an enum: by its strings. */
  readonly values?: ReadonlyMap<string, ValueConfig>;
  /** Only for a union of objects: it is the payload of the events of a stream. */
  readonly events?: EventsConfig;
}

export type SchemaTypeChoice = (typeof SCHEMA_TYPE_CHOICES)[number];
export const SCHEMA_TYPE_CHOICES = ["verbatim", "value", "string"] as const;

/** What the user decides about one member of an object or one arm of a union. */
export interface MemberConfig {
  /** The name of the field. */
  readonly name?: string;
  readonly comment?: string;
  readonly type?: MemberTypeChoice;
  readonly presence?: PresenceChoice;
  /** Leaves out the member: the residue keeps it. */
  readonly skip?: boolean;
  /** The former name of the member in the document. */
  readonly renamedFrom?: string;
  /** Further options of the field: text format by full name of the option. */
  readonly options?: ReadonlyMap<string, string>;
}

export type MemberTypeChoice = (typeof MEMBER_TYPE_CHOICES)[number];
export const MEMBER_TYPE_CHOICES = [
  "string",
  "bytes",
  "bool",
  "double",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "verbatim",
  "value",
] as const;

export type PresenceChoice = (typeof PRESENCE_CHOICES)[number];
export const PRESENCE_CHOICES = ["required", "nullable", "optional", "empty"] as const;

/** What the user decides about one string of an enum. */
export interface ValueConfig {
  /** The name of the enum value, without the prefix. */
  readonly name?: string;
  readonly comment?: string;
}

/** The event message of a stream whose payloads are the objects of a union. */
export interface EventsConfig {
  /**
   * The name of the event message; default: that of the schema, which then has no message for its
   * payloads alone.
   */
  readonly name?: string;
  readonly comment?: string;
  /** The member of a payload with the name of the event; default: the union's tag. */
  readonly tag?: string;
  /** The text that ends the stream, such as "[DONE]"; default: no such event. */
  readonly doneText?: string;
  /** Choices for the arm of that event. */
  readonly done?: MemberConfig;
  /** Options of the message: text format by full name of the option. */
  readonly options?: ReadonlyMap<string, string>;
  /** Further arms: names of schemas by the name of the event. */
  readonly arms?: ReadonlyMap<string, string>;
  /** Choices for single arms, by the name of the event. */
  readonly members?: ReadonlyMap<string, MemberConfig>;
}
