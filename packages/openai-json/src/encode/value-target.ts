import {
  type ArrayNode,
  exactDoubleOf,
  type ObjectNode,
  type TextNode,
  type TextTree,
} from "@stepwire/json";
import type { Fields } from "@stepwire/mapping";
import { setProperty } from "../set-property.js";
import type { JsonTarget } from "./target.js";

/** Writes JSON values as `JSON.parse` returns them. */
export const valueTarget: JsonTarget<unknown, Fields> = {
  keeps: true,
  string: (value) => value,
  boolean: (value) => value,
  number: (value) => value,
  integer: (value) => {
    if (typeof value === "number") {
      return value;
    }
    const number = Number(value);
    return Number.isSafeInteger(number) || BigInt(number) === value ? number : undefined;
  },
  null: () => null,
  verbatim: (tree) => {
    const reader = new NodeReader(tree);
    const value = reader.read(tree.root);
    return reader.exact ? value : undefined;
  },
  array: (elements) => elements,
  members: () => ({}),
  // A copy is made in one step; adding members one by one enlarges the object several times.
  membersFrom: (form) => ({ ...form }),
  add: setProperty,
  object: (members) => members,
};

/** Converts the tree of a text to values, and checks whether they are exact. */
class NodeReader {
  readonly #tree: TextTree;
  /** Whether every number so far is exact. */
  exact = true;

  constructor(tree: TextTree) {
    this.#tree = tree;
  }

  read(node: TextNode): unknown {
    switch (node.kind) {
      case "null":
        return null;
      case "boolean":
      case "string":
        return node.value;
      case "number":
        return this.#number(this.#tree.text.slice(node.start, node.end));
      case "array":
        return this.#array(node);
      case "object":
        return this.#object(node);
    }
  }

  #number(text: string): number {
    const number = exactDoubleOf(text);
    this.exact &&= number !== undefined;
    return number ?? Number.NaN;
  }

  #array(node: ArrayNode): unknown[] {
    const array: unknown[] = [];
    for (const { elements = [] } of this.#tree.arrayParts(node)) {
      for (const element of elements) {
        array.push(this.read(element));
      }
    }
    return array;
  }

  #object(node: ObjectNode): Fields {
    const object: Fields = {};
    for (const { members } of this.#tree.objectParts(node)) {
      for (const [index, name] of (members?.names ?? []).entries()) {
        const value = members?.values[index];
        if (value !== undefined) {
          setProperty(object, name, this.read(value));
        }
      }
    }
    return object;
  }
}
