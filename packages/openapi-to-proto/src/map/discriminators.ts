import { pointerTo } from "@stepwire/json";
import { pointerOf, valueAt } from "../read/reference.js";
import { isObject } from "./schemas.js";
import type { SchemaObject } from "./shape.js";

/** The strings of a schema's member that select the schema in a union. */
export interface DiscriminatorTag {
  readonly member: string;
  readonly values: readonly string[];
  /** Whether the document has the strings; otherwise, they are the names of the schemas. */
  readonly isMapped: boolean;
}

/**
 * What the discriminators of a document say about schemas elsewhere in it: which strings select
 * them, and which schemas extend another one (`allOf` with a reference to it).
 */
export class Discriminators {
  readonly #tags = new Map<string, DiscriminatorTag>();
  /** The pointers of schemas that extend a schema with a discriminator but without a union. */
  readonly #children = new Map<string, readonly string[]>();
  /** The arms of unions with members of their own. */
  readonly #arms = new Map<string, ReadonlySet<string>>();
  readonly #extended = new Set<string>();

  constructor(document: unknown, components: ReadonlyMap<string, string>) {
    const extending = extendingSchemas(document, components);
    for (const pointer of components.values()) {
      const stack: [pointer: string, value: unknown][] = [[pointer, valueAt(document, pointer)]];
      for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
        const [place, value] = entry;
        if (isObject(value) && isObject(value["discriminator"])) {
          this.#add(place, value, value["discriminator"], components, extending);
        }
        if (typeof value === "object" && value !== null) {
          for (const [key, child] of Object.entries(value)) {
            stack.push([pointerTo(place, key), child]);
          }
        }
      }
    }
  }

  /** Returns the strings that select the schema at a pointer. */
  tagOf(pointer: string): DiscriminatorTag | undefined {
    return this.#tags.get(pointer);
  }

  /** Returns the schemas that a reference to the schema at a pointer may mean. */
  childrenOf(pointer: string): readonly string[] {
    return this.#children.get(pointer) ?? [];
  }

  /** Returns whether all arms of a union have the members of the schema with the union. */
  isExtended(union: string): boolean {
    return this.#extended.has(union);
  }

  /** Returns whether a schema is a union with another one, which extends it. */
  isArm(union: string, pointer: string): boolean {
    return this.#arms.get(union)?.has(pointer) === true;
  }

  #add(
    place: string,
    schema: SchemaObject,
    { propertyName, mapping }: SchemaObject,
    components: ReadonlyMap<string, string>,
    extending: ReadonlyMap<string, readonly string[]>,
  ): void {
    if (typeof propertyName !== "string") {
      return;
    }
    const values = valuesByTarget(mapping, components);
    const isUnion = Array.isArray(schema["oneOf"]) || Array.isArray(schema["anyOf"]);
    const arms = isUnion
      ? [schema["oneOf"], schema["anyOf"]].flatMap(referencesIn)
      : (extending.get(place) ?? []).filter((child) => values.size === 0 || values.has(child));
    for (const arm of arms) {
      const own = values.size === 0 ? [nameOf(arm)] : (values.get(arm) ?? []);
      if (own.length > 0) {
        const before = this.#tags.get(arm)?.values ?? [];
        this.#tags.set(arm, {
          member: propertyName,
          values: [...new Set([...before, ...own])],
          isMapped: values.size > 0,
        });
      }
    }
    this.#arms.set(place, new Set(arms));
    const extended = new Set(extending.get(place));
    if (arms.length > 0 && arms.every((arm) => extended.has(arm))) {
      this.#extended.add(place);
    }
    if (!isUnion && arms.length > 0) {
      this.#children.set(place, arms);
    }
  }
}

/** Returns the schemas that extend others, by the pointer of the other. */
function extendingSchemas(
  document: unknown,
  components: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const extending = new Map<string, string[]>();
  for (const pointer of components.values()) {
    const schema = valueAt(document, pointer);
    for (const parent of isObject(schema) ? referencesIn(schema["allOf"]) : []) {
      const others = extending.get(parent);
      others === undefined ? extending.set(parent, [pointer]) : others.push(pointer);
    }
  }
  return extending;
}

/** Returns the pointers of the references among schemas. */
function referencesIn(schemas: unknown): string[] {
  return (Array.isArray(schemas) ? schemas : []).flatMap((schema: unknown) => {
    const result = isObject(schema) && "$ref" in schema ? pointerOf(schema["$ref"], "") : undefined;
    return result !== undefined && "pointer" in result ? [result.pointer] : [];
  });
}

/** Returns the strings of a discriminator's mapping by the pointer of the schema. */
function valuesByTarget(
  mapping: unknown,
  components: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [value, target] of isObject(mapping) ? Object.entries(mapping) : []) {
    if (typeof target === "string") {
      const result = pointerOf(target, "");
      const pointer = components.get(target) ?? ("pointer" in result ? result.pointer : target);
      const others = values.get(pointer);
      others === undefined ? values.set(pointer, [value]) : others.push(value);
    }
  }
  return values;
}

function nameOf(pointer: string): string {
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}
