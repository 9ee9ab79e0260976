import { CONTAINER_SIZE } from "./fields.js";
import { EAGER_SIZE } from "./lazy.js";
import type { PersistentMap } from "./persistent-map.js";

/**
 * JSON that the schema does not describe. Nodes are immutable; appending creates a node that shares
 * the unchanged parts.
 */
export type JsonNode = JsonText | JsonString | HalfString | JsonObject | JsonList;

/** A member of an object: its name as JSON text, and its value. */
export interface JsonMember {
  readonly nameText: string;
  readonly node: JsonNode;
}

/** Unparsed JSON text. */
export class JsonText {
  readonly text: string;
  /** The cached result of `parseNode`. */
  parsed: JsonNode | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The size, in the unit of `maxSize`. */
  get size(): number {
    return this.text.length;
  }

  /** Whether `text` is available in constant time. */
  get isReady(): boolean {
    return true;
  }
}

/** A string. The text between its quotes keeps the original spelling of escapes. */
export class JsonString {
  readonly body: string;

  constructor(body: string) {
    this.body = body;
  }

  get size(): number {
    return this.body.length + 2;
  }

  get isReady(): boolean {
    return true;
  }

  get text(): string {
    return `"${this.body}"`;
  }
}

/** A string that contains halves of surrogate pairs, so that it is not valid Unicode. */
export class HalfString {
  readonly value: string;
  /** Whether the value ends with the first half of a surrogate pair. */
  readonly endsInHalf: boolean;
  /** Whether there is a half that cannot become complete any more. */
  readonly isBroken: boolean;
  #text: string | undefined;

  constructor(value: string, endsInHalf: boolean, isBroken: boolean) {
    this.value = value;
    this.endsInHalf = endsInHalf;
    this.isBroken = isBroken;
  }

  get size(): number {
    return this.value.length;
  }

  get isReady(): boolean {
    return this.#text !== undefined;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.value);
    return this.#text;
  }
}

/** An object, as a map of its members. */
export class JsonObject {
  readonly members: PersistentMap<string, JsonMember>;
  readonly size: number;
  readonly isReady: boolean;
  #text: string | undefined;

  constructor(members: PersistentMap<string, JsonMember>, size: number) {
    this.members = members;
    this.size = size;
    this.isReady = isReady(members, ({ node }) => node);
  }

  get text(): string {
    if (this.#text === undefined) {
      const pieces = Array.from(
        this.members.entries().values(),
        ({ nameText, node }): Piece => [`${nameText}:`, node],
      );
      this.#text = join("{", pieces, "}");
    }
    return this.#text;
  }
}

/** A list of objects, by the values of their members `index`. */
export class JsonList {
  readonly elements: PersistentMap<number, JsonNode>;
  readonly size: number;
  readonly isReady: boolean;
  #text: string | undefined;

  constructor(elements: PersistentMap<number, JsonNode>, size: number) {
    this.elements = elements;
    this.size = size;
    this.isReady = isReady(elements, (node) => node);
  }

  get text(): string {
    if (this.#text === undefined) {
      const sorted = [...this.elements.entries()].sort(([left], [right]) => left - right);
      this.#text = join(
        "[",
        sorted.map(([, node]): Piece => ["", node]),
        "]",
      );
    }
    return this.#text;
  }
}

/** Returns the size of an object member without its value. */
export function memberSize(nameText: string): number {
  return CONTAINER_SIZE + nameText.length;
}

function isReady<Value>(
  map: PersistentMap<unknown, Value>,
  nodeOf: (value: Value) => JsonNode,
): boolean {
  if (map.size > EAGER_SIZE) {
    return false;
  }
  for (const value of map.entries().values()) {
    if (!nodeOf(value).isReady) {
      return false;
    }
  }
  return true;
}

type Piece = readonly [head: string, node: JsonNode];

/** Concatenates texts with `+`, for which V8 copies none of them; `join` would copy all. */
function join(open: string, pieces: readonly Piece[], close: string): string {
  let text = open;
  let separator = "";
  for (const [head, node] of pieces) {
    text += separator + head;
    text += node.text;
    separator = ",";
  }
  return text + close;
}
