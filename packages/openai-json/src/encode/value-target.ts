import type { Fields } from "@stepwire/mapping";
import { exactDoubleOf } from "../decimal.js";
import { setProperty } from "../set-property.js";
import type { TextNode } from "../text/node.js";
import type { JsonTarget } from "./target.js";

/** Writes JSON values as JSON.parse gives them. */
export const valueTarget: JsonTarget<unknown, Fields> = {
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
  verbatim: (text, node) => {
    const reader = new NodeReader(text);
    const value = reader.read(node);
    return reader.exact ? value : undefined;
  },
  array: (elements) => elements,
  members: () => ({}),
  // A copy is made in one go; adding members one by one makes an object grow
  // many times.
  membersFrom: (form) => ({ ...form }),
  add: setProperty,
  object: (members) => members,
};

/** Turns the tree of a text into values, minding what they cannot hold. */
class NodeReader {
  readonly #text: string;
  /** Whether every number so far is exact. */
  exact = true;

  constructor(text: string) {
    this.#text = text;
  }

  read(node: TextNode): unknown {
    switch (node.kind) {
      case "null":
        return null;
      case "boolean":
      case "string":
        return node.value;
      case "number":
        return this.#number(this.#text.slice(node.start, node.end));
      case "array":
        return node.elements.map((element) => this.read(element));
      case "object":
        return this.#object(node.names, node.values);
    }
  }

  #number(text: string): number {
    const number = exactDoubleOf(text);
    this.exact &&= number !== undefined;
    return number ?? Number.NaN;
  }

  #object(names: readonly string[], values: readonly TextNode[]): Fields {
    const object: Fields = {};
    for (const [index, name] of names.entries()) {
      const value = values[index];
      if (value !== undefined) {
        setProperty(object, name, this.read(value));
      }
    }
    return object;
  }
}
