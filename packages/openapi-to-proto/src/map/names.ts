import type { ReportMistake } from "../error.js";
import { shorten } from "../read/reference.js";
import type { SchemaNode } from "./shape.js";
import { toComparable, toPascalCase } from "./words.js";

/** The names of messages and enums, each used once. */
export class Names {
  readonly #report: ReportMistake;
  /** The component that a name belongs to, whether or not it gets a message. */
  readonly #reserved = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(report: ReportMistake) {
    this.#report = report;
  }

  /**
   * Keeps the names of all components, so that the name of an inline schema does not depend on
   * which components are imported.
   */
  reserve(component: string, pointer: string, chosen: string | undefined): string {
    const name = chosen ?? toPascalCase(component);
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      this.#report({
        code: "invalid_name",
        pointer,
        expected: `a name that gives an identifier; set schemas.${shorten(component)}.name in the config`,
        found: shorten(component),
      });
      return "Schema";
    }
    const other = this.#reserved.get(toComparable(name));
    if (other !== undefined && other !== pointer) {
      this.#report({
        code: "ambiguous_name",
        pointer,
        expected: `a name unlike those of other schemas; set schemas.${shorten(component)}.name in the config`,
        found: `${name}, as for ${other}`,
      });
    }
    this.#reserved.set(toComparable(name), pointer);
    return name;
  }

  /** Returns a name for a schema: its own one, or else its hint, with an addition if it is taken. */
  allocate(node: SchemaNode, addition: string, chosen: string | undefined): string {
    if (chosen !== undefined) {
      return this.#choose(node, chosen);
    }
    const hint = /^[A-Za-z]/.test(node.hint) ? node.hint : `Schema${node.hint}`;
    const candidates = [hint, `${hint}${addition}`];
    for (let number = 2; ; number++) {
      const name = candidates.shift() ?? `${hint}${addition}${number}`;
      const owner = this.#reserved.get(toComparable(name));
      if ((owner === undefined || owner === node.component) && this.#take(name)) {
        return name;
      }
    }
  }

  /** Takes the name that the config gives a schema. */
  #choose(node: SchemaNode, name: string): string {
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      this.#report({
        code: "invalid_config",
        pointer: node.pointer,
        expected: "a name in PascalCase",
        found: shorten(name),
      });
    }
    const owner = this.#reserved.get(toComparable(name));
    if ((owner !== undefined && owner !== node.component) || !this.#take(name)) {
      this.#report({
        code: "ambiguous_name",
        pointer: node.pointer,
        expected: "a name in the config that nothing else has",
        found: owner === undefined ? name : `${name}, as for ${owner}`,
      });
    }
    return name;
  }

  /** Takes a name; returns false if it is taken. */
  #take(name: string): boolean {
    const key = toComparable(name);
    if (this.#taken.has(key)) {
      return false;
    }
    this.#taken.add(key);
    return true;
  }
}
