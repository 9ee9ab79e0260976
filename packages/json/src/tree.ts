import type { JsonFault } from "./fault.js";
import type { ArrayNode, ObjectNode, TextNode } from "./node.js";
import { type LongNodes, TextParser } from "./parser.js";

/** How a JSON text is read. */
export interface TreeOptions {
  /** How many levels of arrays and objects it may have; at most 1,000. */
  readonly maxDepth: number;
  /**
   * Receives each duplicate member and each lone surrogate in a member name.
   *
   * @returns whether further faults are wanted.
   */
  readonly onFault: (fault: JsonFault) => boolean;
}

/**
 * The tree of a JSON text. Containers with more than 64 Ki code units have no children in
 * it, so that its memory does not grow with the text: their parts are read again on demand.
 */
export class TextTree {
  readonly text: string;
  readonly root: TextNode;
  readonly #longNodes: LongNodes = new Map();

  /**
   * Reads JSON text (RFC 8259) without rounding numbers and without dropping duplicate members.
   *
   * @throws {JsonError} if the text is not JSON or nests deeper than `maxDepth`.
   */
  constructor(text: string, { maxDepth, onFault }: TreeOptions) {
    this.text = text;
    this.root = this.#parser().parse(maxDepth, { fault: onFault });
  }

  /** Returns arrays with the elements of an array: the array itself if it is short. */
  arrayParts(node: ArrayNode): Iterable<ArrayNode> {
    return node.elements === undefined ? this.#parser().arrayParts(node) : [node];
  }

  /** Returns objects with the members of an object: the object itself if it is short. */
  objectParts(node: ObjectNode): Iterable<ObjectNode> {
    return node.members === undefined ? this.#parser().objectParts(node) : [node];
  }

  /** Reads the value again that starts at an offset. */
  valueAt(start: number): TextNode {
    return this.#parser().valueAt(start);
  }

  #parser(): TextParser {
    return new TextParser(this.text, this.#longNodes);
  }
}
