import { doubleOf, integerOf, minifyJson, type TextNode, type TextTree } from "@stepwire/json";
import { excerpt, quote } from "@stepwire/json/internal";
import type { IntegerMapping } from "@stepwire/mapping";
import { INEXACT, type JsonSource, toFieldInteger } from "./source.js";

/** Lets the decoders read the tree of a text. */
export class TextSource implements JsonSource<TextNode> {
  readonly namesAreChecked = true;
  readonly #tree: TextTree;

  constructor(tree: TextTree) {
    this.#tree = tree;
  }

  isNull(node: TextNode): boolean {
    return node.kind === "null";
  }

  string(node: TextNode): string | typeof INEXACT | undefined {
    if (node.kind !== "string") {
      return undefined;
    }
    return node.value.isWellFormed() ? node.value : INEXACT;
  }

  boolean(node: TextNode): boolean | undefined {
    return node.kind === "boolean" ? node.value : undefined;
  }

  double(node: TextNode): number | typeof INEXACT | undefined {
    return node.kind === "number" ? (doubleOf(this.#slice(node)) ?? INEXACT) : undefined;
  }

  integer(node: TextNode, type: IntegerMapping): number | bigint | typeof INEXACT | undefined {
    return node.kind === "number" ? toFieldInteger(integerOf(this.#slice(node)), type) : undefined;
  }

  isArray(node: TextNode): boolean {
    return node.kind === "array";
  }

  isObject(node: TextNode): boolean {
    return node.kind === "object";
  }

  parts(node: TextNode): Iterable<TextNode> {
    switch (node.kind) {
      case "array":
        return this.#tree.arrayParts(node);
      case "object":
        return this.#tree.objectParts(node);
      default:
        return [];
    }
  }

  elements(part: TextNode): readonly TextNode[] {
    return (part.kind === "array" ? part.elements : undefined) ?? [];
  }

  names(part: TextNode): readonly string[] {
    return (part.kind === "object" ? part.members?.names : undefined) ?? [];
  }

  member(part: TextNode, _name: string, index: number): TextNode | undefined {
    return part.kind === "object" ? part.members?.values[index] : undefined;
  }

  text(node: TextNode): string {
    return minifyJson(this.#slice(node));
  }

  checkText(): void {
    // The whole text was already checked.
  }

  describe(node: TextNode): string {
    switch (node.kind) {
      case "array":
        return `an array of ${node.length}`;
      case "object":
        return "an object";
      case "string":
        return quote(node.value);
      default:
        return excerpt(this.#slice(node));
    }
  }

  offset(node: TextNode): number {
    return node.start;
  }

  #slice(node: TextNode): string {
    return this.#tree.text.slice(node.start, node.end);
  }
}
