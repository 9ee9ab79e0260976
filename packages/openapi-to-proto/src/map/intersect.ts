import { narrowerNumber } from "./integers.js";
import type { Schemas } from "./schemas.js";
import type { EnumShape, ObjectShape, Resolved, SchemaNode, Shape } from "./shape.js";
import { toPascalCase } from "./words.js";

/** What all parts of one schema say together. */
export class Intersection {
  readonly #node: SchemaNode;
  readonly #schemas: Schemas;
  readonly #unite: (shapes: readonly Shape[]) => Resolved;

  /**
   * @param node the schema whose parts are merged; what is new gets its name
   * @param unite makes a union of the schema
   */
  constructor(node: SchemaNode, schemas: Schemas, unite: (shapes: readonly Shape[]) => Resolved) {
    this.#node = node;
    this.#schemas = schemas;
    this.#unite = unite;
  }

  /** Returns what both parts allow; undefined if they contradict each other. */
  of(one: Resolved, other: Resolved): Resolved | undefined {
    if (one.shape.kind === "any" || other.shape.kind === "any") {
      const shape = one.shape.kind === "any" ? other.shape : one.shape;
      return { shape, nullable: one.nullable || other.nullable };
    }
    const nullable = one.nullable && other.nullable;
    const shape = this.#shapes(one.shape, other.shape, this.#node);
    if (shape !== undefined) {
      return { shape, nullable };
    }
    return nullable ? { shape: { kind: "never" }, nullable } : undefined;
  }

  #shapes(one: Shape, other: Shape, node: SchemaNode): Shape | undefined {
    if (one.kind === "never" || other.kind === "never") {
      return { kind: "never" };
    }
    if (one.kind === "union") {
      return this.#distribute(one, other);
    }
    if (other.kind === "union") {
      return this.#distribute(other, one);
    }
    if (one.kind === "any" || one.kind === "chosen") {
      return other;
    }
    if (other.kind === "any" || other.kind === "chosen") {
      return one;
    }
    switch (one.kind) {
      case "null":
        return one;
      case "scalar":
      case "enum":
        return this.#strings(one, other) ?? numbers(one, other);
      case "array":
        return this.#arrays(one, other);
      case "object":
        return this.#object(one, other, node);
      case "free":
      case "map":
        if (other.kind === "object") {
          return this.#object(other, one, node);
        }
        return other.kind === "map" || one.kind === "map" ? this.#maps(one, other) : freeOf(other);
    }
  }

  #distribute(union: Shape & { kind: "union" }, other: Shape): Shape | undefined {
    const arms: Shape[] = [];
    let changed = false;
    for (const arm of union.arms) {
      for (const each of other.kind === "union" ? other.arms : [other]) {
        const both = this.#shapes(arm, each, this.#nodeOfBoth(arm, each));
        changed ||= both !== arm;
        if (both !== undefined) {
          arms.push(both);
        }
      }
    }
    if (!changed) {
      return union;
    }
    return arms.length === 0 ? undefined : this.#unite(arms).shape;
  }

  /** Returns the node of what two arms say together: another one for other arms. */
  #nodeOfBoth(one: Shape, other: Shape): SchemaNode {
    if (one.kind !== "object" || other.kind !== "object") {
      return this.#node;
    }
    const ids = `${this.#schemas.idOf(one.node)}&${this.#schemas.idOf(other.node)}`;
    const content = { kind: "all", parts: [] } as const;
    const { key, pointer } = this.#node;
    return this.#schemas.derived(`${key}#${ids}`, pointer, () => this.#node.hint, content);
  }

  #strings(one: Shape, other: Shape): Shape | undefined {
    if (one.kind === "enum" && other.kind === "enum") {
      return this.#enums(one, other);
    }
    if (one.kind === "enum") {
      return isText(other) ? one : undefined;
    }
    if (other.kind === "enum") {
      return isText(one) ? other : undefined;
    }
    if (isText(one) && isText(other)) {
      return one.name === "bytes" ? one : other;
    }
    return undefined;
  }

  #enums(one: EnumShape, other: EnumShape): Shape | undefined {
    const values = one.values.filter((value) => other.values.includes(value));
    if (values.length === 0) {
      return undefined;
    }
    if (values.length === one.values.length) {
      return one;
    }
    return values.length === other.values.length ? other : { ...one, node: this.#node, values };
  }

  #arrays(one: Shape & { kind: "array" }, other: Shape): Shape | undefined {
    if (other.kind !== "array") {
      return undefined;
    }
    if (one.items === undefined || other.items === undefined || one.items === other.items) {
      return one.items === undefined ? other : one;
    }
    const { hint } = one.items;
    const items = this.#schemas.combined(
      "all",
      [one.items, other.items],
      other.items.pointer,
      () => hint,
    );
    return { kind: "array", node: this.#node, items };
  }

  #maps(one: Shape, other: Shape): Shape | undefined {
    if (one.kind !== "map" || other.kind !== "map") {
      return one.kind === "map" && freeOf(other) !== undefined ? one : freeOf(one) && mapOf(other);
    }
    const { hint } = one.value;
    const value = this.#schemas.combined(
      "all",
      [one.value, other.value],
      other.value.pointer,
      () => hint,
    );
    return { kind: "map", value };
  }

  #object(one: ObjectShape, other: Shape, node: SchemaNode): Shape | undefined {
    if (other.kind === "free" || other.kind === "map") {
      return one;
    }
    if (other.kind !== "object") {
      return undefined;
    }
    if (addsNothing(other, one)) {
      return one;
    }
    if (addsNothing(one, other)) {
      return other;
    }
    const members = new Map(one.members);
    for (const [name, member] of other.members) {
      const first = one.members.get(name);
      members.set(
        name,
        first === undefined || first === member ? member : this.#member(node, name, first, member),
      );
    }
    const required = new Set([...one.required, ...other.required]);
    return { kind: "object", node, members, required };
  }

  #member(node: SchemaNode, name: string, one: SchemaNode, other: SchemaNode): SchemaNode {
    return this.#schemas.combined(
      "all",
      [one, other],
      other.pointer,
      () => `${node.hint}${toPascalCase(name)}`,
    );
  }
}

function numbers(one: Shape, other: Shape): Shape | undefined {
  if (one.kind !== "scalar" || other.kind !== "scalar") {
    return undefined;
  }
  if (one.name === other.name) {
    return one;
  }
  return isNumber(one) && isNumber(other)
    ? { kind: "scalar", name: narrowerNumber(one.name, other.name) }
    : undefined;
}

function isText(shape: Shape): shape is Shape & { kind: "scalar" } {
  return shape.kind === "scalar" && (shape.name === "string" || shape.name === "bytes");
}

function isNumber(shape: Shape): boolean {
  return shape.kind === "scalar" && shape.name !== "bool" && !isText(shape);
}

function freeOf(shape: Shape): Shape | undefined {
  return shape.kind === "free" ? shape : undefined;
}

function mapOf(shape: Shape): Shape | undefined {
  return shape.kind === "map" ? shape : undefined;
}

/** Returns whether an object has only what another one has. */
function addsNothing(one: ObjectShape, other: ObjectShape): boolean {
  return (
    isSubset(one.required, other.required) &&
    [...one.members].every(([name, member]) => other.members.get(name) === member)
  );
}

function isSubset(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((name) => other.has(name));
}
