import type { IntegerMapping } from "@stepwire/mapping";
import { doubleOf, integerOf } from "../decimal.js";
import { excerpt, quote } from "../excerpt.js";
import { INEXACT, type JsonSource, toFieldInteger } from "../source.js";
import type { TextNode } from "./node.js";

/** Gives the decoders access to the tree of a text. */
export class TextSource implements JsonSource<TextNode> {
  readonly namesAreChecked = true;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
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

  elements(node: TextNode): readonly TextNode[] | undefined {
    return node.kind === "array" ? node.elements : undefined;
  }

  names(node: TextNode): readonly string[] | undefined {
    return node.kind === "object" ? node.names : undefined;
  }

  member(node: TextNode, _name: string, index: number): TextNode | undefined {
    return node.kind === "object" ? node.values[index] : undefined;
  }

  text(node: TextNode): string {
    return removeSpace(this.#slice(node));
  }

  describe(node: TextNode): string {
    switch (node.kind) {
      case "array":
        return `an array of ${node.elements.length}`;
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
    return this.#text.slice(node.start, node.end);
  }
}

const SPACE = /[ \t\n\r]/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Valid JSON text without the white space between its tokens. */
export function removeSpace(text: string): string {
  if (!SPACE.test(text)) {
    return text;
  }
  // A loop, since a regular expression for strings can exhaust its stack.
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let position = 0; position < text.length; position++) {
    const character = text.charCodeAt(position);
    if (quoted) {
      if (character === BACKSLASH) {
        position++;
      } else if (character === QUOTE) {
        quoted = false;
      }
    } else if (character === QUOTE) {
      quoted = true;
    } else if (character === 0x20 || (character >= 0x09 && character <= 0x0d)) {
      pieces.push(text.slice(start, position));
      start = position + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces.join("");
}
