import { Findings } from "../findings.js";
import type { Violation } from "../violation.js";
import type { ArrayNode, ObjectNode, TextNode } from "./node.js";
import { type LongNodes, TextParser } from "./parser.js";

/**
 * The tree of a JSON text. Containers of a long text have no children in it, so that
 * its memory does not grow with the text: their parts are read again on demand.
 */
export class TextTree {
  readonly text: string;
  readonly root: TextNode;
  /** Duplicate members and lone surrogates in member names. */
  readonly violations: readonly Violation[];
  readonly #longNodes: LongNodes = new Map();

  /**
   * Reads JSON text (RFC 8259) without rounding numbers and without swallowing
   * duplicate members, of which no more than `maxViolations` are listed.
   *
   * @throws {Refusal} if the text is not JSON or nests deeper than `maxDepth`.
   */
  constructor(text: string, maxDepth: number, maxViolations: number) {
    const findings = new Findings(maxViolations);
    this.text = text;
    this.root = new TextParser(text, this.#longNodes).parse(maxDepth, findings);
    this.violations = findings.list;
  }

  /** Returns arrays with the elements of an array: the array itself if it is short. */
  arrayParts(node: ArrayNode): Iterable<ArrayNode> {
    return node.elements === undefined
      ? new TextParser(this.text, this.#longNodes).arrayParts(node)
      : [node];
  }

  /** Returns objects with the members of an object: the object itself if it is short. */
  objectParts(node: ObjectNode): Iterable<ObjectNode> {
    return node.members === undefined
      ? new TextParser(this.text, this.#longNodes).objectParts(node)
      : [node];
  }
}
