import type { ReportMistake } from "../error.js";
import { quoteKey, shorten } from "../read/reference.js";
import type { SchemaNode } from "./shape.js";
import { toComparable, toPascalCase } from "./words.js";

/** The names of messages and enums, each used once. */
export class Names {
  readonly #report: ReportMistake;
  /** The pointer of the named schema that has a name, whether or not it gets a message. */
  readonly #reserved = new Map<string, string>();
  /** The pointers of what has the names. */
  readonly #taken = new Map<string, string>();
  /** The next number for a name, because trying all again takes long if there are many. */
  readonly #numbers = new Map<string, number>();

  constructor(report: ReportMistake) {
    this.#report = report;
  }

  /**
   * Keeps the names of all named schemas, so that the name of an inline schema does not depend on
   * which of them are imported. A name of the config goes before the same name of the document.
   */
  reserve(component: string, pointer: string, chosen: string | undefined): string {
    const name = chosen ?? toPascalCase(component);
    const key = toComparable(name);
    if (chosen !== undefined || !this.#reserved.has(key)) {
      this.#reserved.set(key, pointer);
    }
    return name;
  }

  /**
   * Returns a name for a schema: its own one, or else its hint, with an addition if it is taken.
   *
   * @param chosen the name that the config gives it
   * @param key the key that the config has or needs for it
   */
  allocate(node: SchemaNode, addition: string, chosen: string | undefined, key: string): string {
    const own = chosen ?? (node.component === undefined ? undefined : node.hint);
    // A schema with a second message, which a cycle can leave behind, is not what the user can name.
    if (
      own !== undefined &&
      this.#taken.get(toComparable(own)) !== (node.component ?? node.pointer)
    ) {
      return this.#take(node, own, key);
    }
    const hint = /^[A-Za-z]/.test(node.hint) ? node.hint : `Schema${node.hint}`;
    const base = `${hint}${addition}`;
    const candidates = [hint, base];
    for (;;) {
      const number = this.#numbers.get(base) ?? 2;
      const next = candidates.shift();
      const name = next ?? `${base}${number}`;
      if (next === undefined) {
        this.#numbers.set(base, number + 1);
      }
      const comparable = toComparable(name);
      if (!(this.#reserved.has(comparable) || this.#taken.has(comparable))) {
        this.#taken.set(comparable, node.pointer);
        return name;
      }
    }
  }

  /** Takes a name that must be this one. */
  #take(node: SchemaNode, name: string, key: string): string {
    const remedy = `set schemas.${quoteKey(key)}.name in the config`;
    if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
      this.#report({
        code: "invalid_name",
        pointer: node.pointer,
        expected: `a name that gives an identifier in PascalCase; ${remedy}`,
        found: shorten(name),
      });
      return "Schema";
    }
    const comparable = toComparable(name);
    const owner = this.#taken.get(comparable) ?? this.#reserved.get(comparable) ?? node.component;
    if (owner !== node.component || this.#taken.has(comparable)) {
      this.#report({
        code: "ambiguous_name",
        pointer: node.pointer,
        expected: `a name that no other schema has; ${remedy}`,
        found: `${name}, as for ${owner}`,
      });
      return name;
    }
    this.#taken.set(comparable, node.component ?? node.pointer);
    return name;
  }
}
