/** A value in a JSON text, with its place. */
export type TextNode =
  | { readonly kind: "null"; readonly start: number; readonly end: number }
  | {
      readonly kind: "boolean";
      readonly start: number;
      readonly end: number;
      readonly value: boolean;
    }
  /** The number is its text: no number is rounded here. */
  | { readonly kind: "number"; readonly start: number; readonly end: number }
  | {
      readonly kind: "string";
      readonly start: number;
      readonly end: number;
      readonly value: string;
    }
  | {
      readonly kind: "array";
      readonly start: number;
      readonly end: number;
      readonly elements: readonly TextNode[];
    }
  | {
      readonly kind: "object";
      readonly start: number;
      readonly end: number;
      /** In the order of the text; `values` is parallel. */
      readonly names: readonly string[];
      readonly values: readonly TextNode[];
    };
