import { formatPointer, quote, type ValuePlace } from "@stepwire/json";
import { type Findings, Refusal } from "../findings.js";
import type { Limits } from "../options.js";
import type { JsonSource } from "../source.js";
import type { Violation, ViolationCode } from "../violation.js";

/** The reading of one document: where it is and what it found wrong. */
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
   * Whether what is read ends in a message. Otherwise it is only looked through, and
   * nothing that grows with the document has to be kept.
   */
  get keeps(): boolean {
    return !this.#explains && this.#findings.list.length === 0;
  }

  /**
   * The JSON text of a node, without white space between tokens; empty if it is not kept.
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

  /** Notes a violation at the current place, if the mode refuses it. */
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

  /** Notes a violation at the current place, whatever the mode. */
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

  /** A violation at the current place, or at a member of it. */
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

  /** Notes a violation. */
  add(violation: Violation): void {
    this.#findings.add(violation);
  }

  addName(pointer: string, name: string): void {
    // A member that is read and then kept as text is looked through twice.
    if (!this.#names.has(pointer)) {
      this.#names.add(pointer);
      const expected = "a name of Unicode characters";
      this.add({ code: "lone_surrogate", pointer, path: "", expected, found: quote(name) });
    }
  }

  /** How many levels of arrays and objects were read as messages. */
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
