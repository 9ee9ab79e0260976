/** A value in a JSON text, with its place in UTF-16 code units. */
export type TextNode =
  | ArrayNode
  | ObjectNode
  | { readonly kind: "null"; readonly start: number; readonly end: number }
  | {
      readonly kind: "boolean";
      readonly start: number;
      readonly end: number;
      readonly value: boolean;
    }
  /** The value of a number is its text, so that nothing is rounded. */
  | { readonly kind: "number"; readonly start: number; readonly end: number }
  | {
      readonly kind: "string";
      readonly start: number;
      readonly end: number;
      readonly value: string;
    };

/** An array in a JSON text. */
export interface ArrayNode {
  readonly kind: "array";
  readonly start: number;
  readonly end: number;
  /** The number of elements. */
  readonly length: number;
  /** Undefined if the text is long: then `TextTree.parts` reads it again, part by part. */
  readonly elements: readonly TextNode[] | undefined;
}

/** An object in a JSON text. */
export interface ObjectNode {
  readonly kind: "object";
  readonly start: number;
  readonly end: number;
  /** Undefined if the text is long: then `TextTree.parts` reads it again, part by part. */
  readonly members: TextMembers | undefined;
}

/** The members of an object, in the order of the text. */
export interface TextMembers {
  readonly names: readonly string[];
  /** Parallel to `names`. */
  readonly values: readonly TextNode[];
}
