import { formatPointer, JsonError, type JsonFault, TextTree } from "@stepwire/json";
import { excerpt } from "@stepwire/json/internal";
import { type Findings, Refusal } from "../findings.js";
import { TextSource } from "../text-source.js";
import type { ViolationCode } from "../violation.js";
import type { JsonTarget } from "./target.js";

/** The state of writing one document: the current place, and the violations so far. */
export class EncodeContext<Json, Members> {
  readonly target: JsonTarget<Json, Members>;
  /** Member names and indexes from the document to the current place. */
  readonly path: (string | number)[] = [];
  readonly #maxDepth: number;
  readonly #findings: Findings;

  constructor(target: JsonTarget<Json, Members>, maxDepth: number, findings: Findings) {
    this.target = target;
    this.#maxDepth = maxDepth;
    this.#findings = findings;
  }

  /**
   * Records a violation at the current place, or at a member of it. The result is a substitute for the
   * value; it is never used, because the document is refused.
   *
   * @throws {TooManyViolations} if it reaches the maximum number of violations.
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
    this.#findings.add({ code, pointer, path: protoPath, expected, found });
    return this.target.null();
  }

  /** Writes text that was kept verbatim, at the current place. */
  verbatim(text: string, protoPath: string): Json {
    const tree = this.#parse(text, protoPath);
    return tree === undefined ? this.target.null() : this.#write(tree, protoPath);
  }

  /** Writes the text of an object that was kept verbatim, at the current place. */
  verbatimObject(text: string, protoPath: string): Json {
    const tree = this.#parse(text, protoPath);
    if (tree === undefined) {
      return this.target.null();
    }
    if (tree.root.kind !== "object") {
      const found = new TextSource(tree).describe(tree.root);
      return this.report("invalid_residue", protoPath, "the text of a JSON object", found);
    }
    return this.#write(tree, protoPath);
  }

  /** Returns the tree of a text; reports a violation and returns undefined if it must not be written. */
  #parse(text: string, protoPath: string): TextTree | undefined {
    const faults: JsonFault[] = [];
    try {
      const tree = new TextTree(text, {
        maxDepth: this.#maxDepth - this.path.length,
        onFault: (fault) => faults.push(fault) < 1,
      });
      const [fault] = faults;
      if (fault === undefined) {
        return tree;
      }
      this.#reportInvalid(fault, protoPath);
    } catch (reason) {
      if (!(reason instanceof JsonError)) {
        throw reason;
      }
      this.#reportInvalid(reason.fault, protoPath);
    }
    return undefined;
  }

  #write(tree: TextTree, protoPath: string): Json {
    const json = this.target.verbatim(tree);
    if (json !== undefined) {
      return json;
    }
    const expected = "numbers that a JavaScript number holds exactly (JSON text holds any)";
    return this.report("not_representable", protoPath, expected, excerpt(tree.text));
  }

  #reportInvalid({ code, expected, found, offset }: JsonFault, protoPath: string): void {
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
