import { formatPointer } from "@stepwire/json";
import { quote, type ValuePlace } from "@stepwire/json/internal";
import { type Findings, Refusal } from "../findings.js";
import type { Limits } from "../options.js";
import type { JsonSource } from "../source.js";
import type { Violation, ViolationCode } from "../violation.js";

/** The state of reading one document: the current place, and the violations so far. */
export class DecodeContext<Node> implements ValuePlace {
  readonly source: JsonSource<Node>;
  readonly maxDepth: number;
  /** Member names and indexes from the document to the current place. */
  readonly path: (string | number)[] = [];
  readonly #findings: Findings;
  readonly #explains: boolean;
  readonly #refused: ReadonlySet<ViolationCode>;
  readonly #names = new Set<string>();
  #deepest = 0;

  constructor(
    source: JsonSource<Node>,
    limits: Limits,
    refused: ReadonlySet<ViolationCode>,
    findings: Findings,
    explains: boolean,
  ) {
    this.source = source;
    this.maxDepth = limits.maxDepth;
    this.#refused = refused;
    this.#findings = findings;
    this.#explains = explains;
  }

  /**
   * Whether a message is built. Otherwise the document is only checked, and nothing that grows with it
   * is kept.
   */
  get keeps(): boolean {
    return !this.#explains && this.#findings.list.length === 0;
  }

  /**
   * Returns the JSON text of a node, without white space between tokens; empty if no message is built.
   *
   * @throws {JsonError} if the node is not a JSON value.
   */
  text(node: Node): string {
    if (this.keeps) {
      return this.source.text(node, this);
    }
    this.source.checkText(node, this);
    return "";
  }

  /** Records a violation at the current place, if the mode refuses it. */
  report(
    code: ViolationCode,
    protoPath: string,
    expected: string,
    found: string,
    node: Node,
    member?: string,
  ): void {
    if (this.#refused.has(code)) {
      this.refuse(code, protoPath, expected, found, node, member);
    }
  }

  /** Records a violation at the current place, in every mode. */
  refuse(
    code: ViolationCode,
    protoPath: string,
    expected: string,
    found: string,
    node: Node,
    member?: string,
  ): void {
    this.add(this.violation(code, protoPath, expected, found, node, member));
  }

  /** Returns a violation at the current place, or at a member of it. */
  violation(
    code: ViolationCode,
    protoPath: string,
    expected: string,
    found: string,
    node: Node,
    member?: string,
  ): Violation {
    const offset = this.source.offset(node);
    const path = member === undefined ? this.path : [...this.path, member];
    return {
      code,
      pointer: formatPointer(path),
      path: protoPath,
      expected,
      found,
      ...(offset === undefined ? {} : { offset }),
    };
  }

  /** Records a violation. */
  add(violation: Violation): void {
    this.#findings.add(violation);
  }

  addName(pointer: string, name: string): void {
    // A member that is read and then kept as text is checked twice.
    if (!this.#names.has(pointer)) {
      this.#names.add(pointer);
      const expected = "a name of Unicode characters";
      this.add({ code: "lone_surrogate", pointer, path: "", expected, found: quote(name) });
    }
  }

  /** Number of levels of arrays and objects that were read as messages. */
  get deepest(): number {
    return this.#deepest;
  }

  /** @throws {Refusal} if an array or object at the current place is too deep. */
  checkDepth(protoPath: string): void {
    this.#deepest = Math.max(this.#deepest, this.path.length + 1);
    if (this.path.length >= this.maxDepth) {
      throw new Refusal({
        code: "too_deep",
        pointer: formatPointer(this.path),
        path: protoPath,
        expected: `at most ${this.maxDepth} levels`,
        found: "one more",
      });
    }
  }
}
