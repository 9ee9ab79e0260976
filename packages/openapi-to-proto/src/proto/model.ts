/**
 * The `.proto` files that an import writes, before and after their fields have numbers. `map` makes
 * them from the document, `lock` numbers them, `print` writes them.
 */
export interface ProtoFile {
  /** The path below the output folder, such as "acme/kettle/v1/kettle.proto". */
  readonly path: string;
  /** The Protobuf package, such as "acme.kettle.v1". */
  readonly package: string;
  /** In the order of the file. */
  readonly declarations: readonly Declaration[];
}

export type Declaration = MessageDeclaration | EnumDeclaration;

/** A message at the top of a file; there are no nested ones. */
export interface MessageDeclaration {
  readonly kind: "message";
  /** The name, unique in its package. */
  readonly name: string;
  /** What the message is: sentences, without `//` and line breaks. */
  readonly comment: string;
  /**
   * Where the message comes from: a JSON Pointer into the document. It finds the message again in
   * the lock file if it has another name now.
   */
  readonly source: string;
  /** The former source, if the config says that the schema was renamed in the document. */
  readonly renamedFrom?: string;
  readonly options: MessageOptions;
  readonly members: readonly (FieldDeclaration | OneofDeclaration)[];
  /** Whether the message has the field `json_residue`: every object, no array and no union. */
  readonly residue: boolean;
}

/** The options of a message, as in `stepwire/json/v1/json.proto` and `stream.proto`. */
export interface MessageOptions {
  readonly constants?: readonly ConstantOption[];
  readonly array?: boolean;
  readonly schemaName?: string;
  readonly identity?: readonly string[];
  readonly repeatsFields?: boolean;
  /** Further options that the config gives, as text in the Protobuf text format, by full name. */
  readonly further?: ReadonlyMap<string, string>;
}

export interface ConstantOption {
  readonly name: string;
  readonly value: string;
  readonly after?: string;
  /** Default: required. */
  readonly presence?: "optional";
}

export interface OneofDeclaration {
  readonly kind: "oneof";
  readonly name: string;
  readonly comment: string;
  readonly shape: OneofShape;
  readonly fields: readonly FieldDeclaration[];
}

export type OneofShape =
  | { readonly case: "tagged"; readonly tag: string; readonly tagPresence?: "optional" }
  | { readonly case: "adjacent"; readonly tag: string; readonly content: string }
  | { readonly case: "inline"; readonly tag: string }
  | { readonly case: "kind"; readonly tag?: string };

export interface FieldDeclaration {
  readonly kind: "field";
  /** In lower snake case, unique in its message. */
  readonly name: string;
  /**
   * What finds the field again in the lock file: the member's name; for an arm, its tag or its
   * kind. It is unique in the message and says nothing about the order in the document.
   */
  readonly key: string;
  /** The former key, if the config says that the member was renamed in the document. */
  readonly renamedFrom?: string;
  /** Whether the config gives the name. Otherwise, the field keeps the name in the lock file. */
  readonly isNamed?: boolean;
  readonly comment: string;
  readonly label: "singular" | "optional" | "repeated" | "map";
  /** The type; for a map, that of its values: keys are strings. */
  readonly type: TypeReference;
  readonly options: FieldOptions;
}

export type TypeReference =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  /** A message or enum of this import, by its name. */
  | { readonly kind: "message" | "enum"; readonly name: string }
  /** A message or enum of another file, by its full name. */
  | { readonly kind: "external"; readonly name: string; readonly path: string };

export type ScalarName =
  | "string"
  | "bytes"
  | "bool"
  | "double"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64";

/** The options of a field, as in `stepwire/json/v1/json.proto`, `stream.proto` and `sse.proto`. */
export interface FieldOptions {
  readonly presence?: "required" | "nullable" | "optional" | "empty";
  /** The member's name, if it is not the name of the field. */
  readonly name?: string;
  readonly tagValue?: string;
  readonly emptyTag?: boolean;
  readonly verbatim?: boolean;
  readonly anyOther?: boolean;
  readonly withoutTag?: boolean;
  readonly schemaName?: string;
  /** Further options that the config gives, as text in the Protobuf text format, by full name. */
  readonly further?: ReadonlyMap<string, string>;
}

/** An enum at the top of a file. `print` adds the value 0. */
export interface EnumDeclaration {
  readonly kind: "enum";
  readonly name: string;
  readonly comment: string;
  readonly source: string;
  readonly values: readonly EnumValueDeclaration[];
}

export interface EnumValueDeclaration {
  /** The name with the prefix of its enum, in upper snake case. */
  readonly name: string;
  /** The string in JSON; it also finds the value again in the lock file. */
  readonly value: string;
  readonly comment: string;
  /** Whether the config gives the name. Otherwise, the value keeps the name in the lock file. */
  readonly isNamed?: boolean;
}
