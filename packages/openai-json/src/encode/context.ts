import { excerpt } from "../excerpt.js";
import { formatPointer } from "../pointer.js";
import { Refusal } from "../refusal.js";
import type { TextNode } from "../text/node.js";
import { parseText } from "../text/parser.js";
import { TextSource } from "../text/source.js";
import type { Violation, ViolationCode } from "../violation.js";
import type { JsonTarget } from "./target.js";

/** The writing of one document: where it is and what it found wrong. */
export class EncodeContext<Json, Members> {
  readonly target: JsonTarget<Json, Members>;
  /** Member names and indexes from the document to the current place. */
  readonly path: (string | number)[] = [];
  readonly violations: Violation[] = [];
  readonly #maxDepth: number;

  constructor(target: JsonTarget<Json, Members>, maxDepth: number) {
    this.target = target;
    this.#maxDepth = maxDepth;
  }

  /**
   * Notes a violation at the current place, or at a member of it. What it gives
   * stands in for the value and goes nowhere: the document is refused in the end.
   */
  report(
    code: ViolationCode,
    protoPath: string,
    expected: string,
    found: string,
    member?: string,
  ): Json {
    const path = member === undefined ? this.path : [...this.path, member];
    const pointer = formatPointer(path);
    this.violations.push({ code, pointer, path: protoPath, expected, found });
    return this.target.null();
  }

  /** Writes text that was kept verbatim, at the current place. */
  verbatim(text: string, protoPath: string): Json {
    const root = this.#parse(text, protoPath);
    return root === undefined ? this.target.null() : this.#write(text, root, protoPath);
  }

  /** Writes the text of an object that was kept verbatim, at the current place. */
  verbatimObject(text: string, protoPath: string): Json {
    const root = this.#parse(text, protoPath);
    if (root === undefined) {
      return this.target.null();
    }
    if (root.kind !== "object") {
      const found = new TextSource(text).describe(root);
      return this.report("invalid_residue", protoPath, "the text of a JSON object", found);
    }
    return this.#write(text, root, protoPath);
  }

  /** The tree of a text; undefined, with a report, if it is not to be written. */
  #parse(text: string, protoPath: string): TextNode | undefined {
    try {
      const { root, violations } = parseText(text, this.#maxDepth - this.path.length, 1);
      const [violation] = violations;
      if (violation === undefined) {
        return root;
      }
      this.#reportInvalid(violation, protoPath);
    } catch (reason) {
      if (!(reason instanceof Refusal)) {
        throw reason;
      }
      this.#reportInvalid(reason.violation, protoPath);
    }
    return undefined;
  }

  #write(text: string, root: TextNode, protoPath: string): Json {
    const json = this.target.verbatim(text, root);
    if (json !== undefined) {
      return json;
    }
    const expected = "numbers that a JavaScript number holds exactly (JSON text holds any)";
    return this.report("not_representable", protoPath, expected, excerpt(text));
  }

  #reportInvalid({ code, expected, found, offset }: Violation, protoPath: string): void {
    const place = offset === undefined ? "" : ` at offset ${offset}`;
    const what = code === "not_json" ? found : `${code.replaceAll("_", " ")}: ${found}`;
    this.report("invalid_residue", protoPath, `JSON text (${expected})`, `${what}${place}`);
  }

  /** @throws {Refusal} if an array or object at the current place is too deep. */
  checkDepth(protoPath: string): void {
    if (this.path.length >= this.#maxDepth) {
      throw new Refusal({
        code: "too_deep",
        pointer: formatPointer(this.path),
        path: protoPath,
        expected: `at most ${this.#maxDepth} levels`,
        found: "one more",
      });
    }
  }
}
