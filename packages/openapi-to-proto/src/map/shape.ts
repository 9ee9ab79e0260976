import type { ScalarName } from "../proto/model.js";

/** A place of the document that describes a value. */
export interface SchemaNode {
  /** Identifies the node: its pointer, or the place of what was made of several schemas. */
  readonly key: string;
  /** The JSON Pointer of the schema, or of the first one that the node was made of. */
  readonly pointer: string;
  /** The name that a message or enum for this schema would get. */
  readonly hint: string;
  /** The pointer of the component whose name the hint is. */
  readonly component: string | undefined;
  readonly content: NodeContent;
  /** Whether the node has another name than the schema that it was made of. */
  readonly isRenamed: boolean;
  /** Gives the node another hint, which is no component's name. */
  rename(hint: () => string): void;
}

export type NodeContent =
  | { readonly kind: "schema"; readonly schema: SchemaObject | boolean }
  /** All schemas apply. */
  | { readonly kind: "all"; readonly parts: readonly SchemaNode[] }
  /** Any of the schemas applies. */
  | {
      readonly kind: "any";
      readonly arms: readonly SchemaNode[];
      /** The member that tells the schemas apart, if the document names it. */
      readonly discriminator?: string | undefined;
    };

export type SchemaObject = Readonly<Record<string, unknown>>;

/** What a schema describes, after references, `allOf` and unions with one arm are resolved. */
export interface Resolved {
  readonly shape: Shape;
  readonly nullable: boolean;
}

export type Shape =
  /** Any JSON value. */
  | { readonly kind: "any" }
  /** No value at all. */
  | { readonly kind: "never" }
  /** Only as an arm of a union whose value may be null. */
  | { readonly kind: "null" }
  | ScalarShape
  | EnumShape
  | ObjectShape
  /** An object whose members are not described. */
  | { readonly kind: "free" }
  | { readonly kind: "map"; readonly value: SchemaNode }
  | ArrayShape
  | UnionShape
  /** Any JSON value, by the config: as text, or as `google.protobuf.Value`. */
  | { readonly kind: "chosen"; readonly type: "verbatim" | "value" };

export interface ScalarShape {
  readonly kind: "scalar";
  readonly name: ScalarName;
  /** Strings that the document names, although any other is valid too. */
  readonly known?: readonly string[];
}

export interface EnumShape {
  readonly kind: "enum";
  readonly node: SchemaNode;
  readonly values: readonly string[];
}

export interface ObjectShape {
  readonly kind: "object";
  readonly node: SchemaNode;
  readonly members: ReadonlyMap<string, SchemaNode>;
  readonly required: ReadonlySet<string>;
}

export interface ArrayShape {
  readonly kind: "array";
  readonly node: SchemaNode;
  /** Undefined if the elements are not described. */
  readonly items: SchemaNode | undefined;
}

export interface UnionShape {
  readonly kind: "union";
  readonly node: SchemaNode;
  /** At most one arm for each JSON type, apart from objects that a tag tells apart. */
  readonly arms: readonly Shape[];
  /** The member that tells the objects apart; undefined if there are fewer than two. */
  readonly tag: string | undefined;
  /** The arm for objects without the tag. */
  readonly withoutTag?: ObjectShape | undefined;
}

export type StructuralShape = EnumShape | ObjectShape | ArrayShape | UnionShape;
