import { pointerTo } from "@stepwire/json";
import type { ImportConfig, MemberConfig, SchemaConfig } from "../config/config.js";
import type { ReportMistake } from "../error.js";
import { shorten } from "../read/reference.js";
import type { SchemaNode } from "./shape.js";

/** What the config says about single schemas, and which of it was used. */
export class Choices {
  readonly #schemas: ReadonlyMap<string, SchemaConfig>;
  /** The keys of the config by the pointer of the schema. */
  readonly #keyByPointer = new Map<string, string>();
  /** The names of schemas by pointer. */
  readonly #names: ReadonlyMap<string, string>;
  /** Keys that are neither names nor pointers of the document, until a message has such a name. */
  readonly #unknown = new Set<string>();

  /**
   * @param components the pointers of named schemas
   * @param exists whether the document has a schema at a pointer
   */
  constructor(
    config: ImportConfig,
    components: ReadonlyMap<string, string>,
    exists: (pointer: string) => boolean,
  ) {
    this.#schemas = config.schemas ?? new Map();
    this.#names = new Map([...components].map(([name, pointer]) => [pointer, name]));
    for (const key of this.#schemas.keys()) {
      const pointer = components.get(key) ?? (key === "#" ? "" : exists(key) ? key : undefined);
      if (pointer === undefined) {
        this.#unknown.add(key);
      } else {
        this.#keyByPointer.set(pointer, key);
      }
    }
  }

  /** Returns what the config says about the schema at a pointer. */
  at(pointer: string): SchemaConfig | undefined {
    const key = this.#keyByPointer.get(pointer);
    return key === undefined ? undefined : this.#schemas.get(key);
  }

  /** Returns what the config says about the schema of a node. */
  ofNode(node: SchemaNode): SchemaConfig | undefined {
    const key = this.#keyOf(node);
    return key === undefined ? undefined : this.#schemas.get(key);
  }

  /** Returns the choices for a message or enum, with their key in the config. */
  ofDeclaration(node: SchemaNode, name: string): DeclarationChoices {
    const key = this.#keyOf(node) ?? (this.#unknown.delete(name) ? name : undefined);
    return { key, schema: (key !== undefined && this.#schemas.get(key)) || {} };
  }

  /** Returns what the config says about a member where the document describes it. */
  ofMember(node: SchemaNode, name: string): MemberConfig | undefined {
    const suffix = pointerTo("/properties", name);
    return node.pointer.endsWith(suffix)
      ? this.at(node.pointer.slice(0, -suffix.length))?.members?.get(name)
      : undefined;
  }

  /** Returns the key that the config needs for the schema of a node. */
  keyFor({ pointer }: SchemaNode): string {
    return this.#names.get(pointer) ?? pointer;
  }

  /** Reports what is about schemas that do not exist. */
  finish(report: ReportMistake): void {
    for (const key of this.#unknown) {
      if (this.#schemas.get(key)?.patch === undefined) {
        report({
          code: "invalid_config",
          pointer: pointerTo("/schemas", key),
          expected: "the name or the JSON Pointer of a schema in the document, or of a message",
          found: shorten(key),
        });
      }
    }
  }

  #keyOf(node: SchemaNode): string | undefined {
    // A part of a union with a name of its own is not what its pointer says.
    if (node.key !== node.pointer && node.isRenamed) {
      return undefined;
    }
    const key = this.#keyByPointer.get(node.pointer);
    return key === undefined && node.component !== undefined
      ? this.#keyByPointer.get(node.component)
      : key;
  }
}

/** What the config says about a message or enum. */
export interface DeclarationChoices {
  /** The key below `/schemas` in the config. */
  readonly key: string | undefined;
  readonly schema: SchemaConfig;
}
