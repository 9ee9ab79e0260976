import { quote } from "./excerpt.js";
import { JsonError, type JsonFault, type JsonFaultCode } from "./fault.js";
import type { ArrayNode, ObjectNode, TextNode } from "./node.js";
import { formatPointer } from "./pointer.js";

/**
 * A container whose text is longer, in UTF-16 code units, has no tree: its parts are
 * read again where they are needed. A tree takes 50 times the memory of its text.
 */
const LONGEST_TREE = 64 * 1024;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const BYTE_ORDER_MARK = 0xfeff;

/** The containers without a tree, by the offset of their first bracket. */
export type LongNodes = Map<number, ArrayNode | ObjectNode>;

/** Receives what a parser finds while it reads a text for the first time. */
export interface ParserEvents {
  /**
   * A duplicate member, or a lone surrogate in a member name. Parsing continues.
   *
   * @returns whether further faults are wanted.
   */
  fault?(fault: JsonFault): boolean;
  /** A value starts. Its key is a member name or an index; undefined for the document. */
  open?(start: number, key: string | number | undefined): void;
  /** The member name of the next value, with its quotes. */
  name?(start: number, end: number): void;
  /** The value that was opened last ends. */
  close?(end: number): void;
}

/** Reads JSON text (RFC 8259) without rounding numbers. */
export class TextParser {
  readonly #text: string;
  readonly #longNodes: LongNodes;
  readonly #path: (string | number)[] = [];
  #maxDepth = Number.POSITIVE_INFINITY;
  /** Undefined if the text has been read before. */
  #events: ParserEvents | undefined;
  #wantsFaults = false;
  #position = 0;

  constructor(text: string, longNodes: LongNodes) {
    this.#text = text;
    this.#longNodes = longNodes;
  }

  /**
   * Reads the whole text.
   *
   * @throws {JsonError} if the text is not JSON or nests deeper than `maxDepth`.
   */
  parse(maxDepth: number, events: ParserEvents): TextNode {
    this.#maxDepth = maxDepth;
    this.#events = events;
    this.#wantsFaults = events.fault !== undefined;
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.#refuse("not_json", "JSON without a byte order mark", "a byte order mark");
    }
    this.#skipSpace();
    events.open?.(this.#position, undefined);
    const root = this.#value();
    events.close?.(root.end);
    this.#skipSpace();
    if (this.#position < this.#text.length) {
      this.#refuse("not_json", "the end of the text", this.#character());
    }
    return root;
  }

  /** Reads the value that starts at an offset again. */
  valueAt(start: number): TextNode {
    this.#position = start;
    return this.#value();
  }

  /** Reads the elements of a long array again: arrays of some of them, in order. */
  *arrayParts({ start, end }: ArrayNode): Generator<ArrayNode, void> {
    this.#position = start + 1;
    this.#skipSpace();
    let more = !this.#closes("]");
    while (more) {
      const elements: TextNode[] = [];
      const limit = this.#position + LONGEST_TREE;
      while (more && this.#position < limit) {
        elements.push(this.#value());
        more = this.#continues("]");
      }
      yield { kind: "array", start, end, length: elements.length, elements };
    }
  }

  /** Reads the members of a long object again: objects of some of them, in order. */
  *objectParts({ start, end }: ObjectNode): Generator<ObjectNode, void> {
    this.#position = start + 1;
    this.#skipSpace();
    let more = !this.#closes("}");
    while (more) {
      const names: string[] = [];
      const values: TextNode[] = [];
      const limit = this.#position + LONGEST_TREE;
      while (more && this.#position < limit) {
        names.push(this.#name());
        values.push(this.#value());
        more = this.#continues("}");
      }
      yield { kind: "object", start, end, members: { names, values } };
    }
  }

  #value(): TextNode {
    const start = this.#position;
    switch (this.#text[start]) {
      case "{":
        return this.#object(start);
      case "[":
        return this.#array(start);
      case '"': {
        const value = this.#string();
        return { kind: "string", start, end: this.#position, value };
      }
      case "t":
        return { kind: "boolean", start, end: this.#literal("true"), value: true };
      case "f":
        return { kind: "boolean", start, end: this.#literal("false"), value: false };
      case "n":
        return { kind: "null", start, end: this.#literal("null") };
      default:
        return { kind: "number", start, end: this.#number() };
    }
  }

  /** Reads the value of a member or element. */
  #child(key: string | number): TextNode {
    this.#path.push(key);
    this.#events?.open?.(this.#position, key);
    const value = this.#value();
    this.#events?.close?.(value.end);
    this.#path.pop();
    return value;
  }

  #object(start: number): TextNode {
    const known = this.#known(start);
    if (known !== undefined) {
      return known;
    }
    this.#enter();
    let names: string[] | undefined = [];
    let values: TextNode[] = [];
    const seen = new NameSet();
    let more = !this.#closes("}");
    while (more) {
      const offset = this.#position;
      const name = this.#name();
      this.#checkName(name, seen, offset);
      const value = this.#child(name);
      if (this.#position - start > LONGEST_TREE) {
        names = undefined;
        values = [];
      }
      names?.push(name);
      if (names !== undefined) {
        values.push(value);
      }
      more = this.#continues("}");
    }
    const members = names && { names, values };
    const node = { kind: "object", start, end: this.#position, members } as const;
    if (members === undefined) {
      this.#longNodes.set(start, node);
    }
    return node;
  }

  /** Reads the name of a member, up to the start of its value. */
  #name(): string {
    if (this.#text.charCodeAt(this.#position) !== QUOTE) {
      this.#refuse("not_json", "a member name", this.#character());
    }
    const start = this.#position;
    const name = this.#string();
    this.#events?.name?.(start, this.#position);
    this.#skipSpace();
    this.#expect(":");
    this.#skipSpace();
    return name;
  }

  #checkName(name: string, seen: NameSet, offset: number): void {
    if (this.#events === undefined) {
      return;
    }
    if (seen.has(name)) {
      this.#report("duplicate_member", name, "one member of this name", "another one", offset);
    } else {
      seen.add(name);
    }
    if (!name.isWellFormed()) {
      this.#report("lone_surrogate", name, "a name of Unicode characters", quote(name), offset);
    }
  }

  #array(start: number): TextNode {
    const known = this.#known(start);
    if (known !== undefined) {
      return known;
    }
    this.#enter();
    let elements: TextNode[] | undefined = [];
    let length = 0;
    let more = !this.#closes("]");
    while (more) {
      const element = this.#child(length);
      length++;
      if (this.#position - start > LONGEST_TREE) {
        elements = undefined;
      }
      elements?.push(element);
      more = this.#continues("]");
    }
    const node = { kind: "array", start, end: this.#position, length, elements } as const;
    if (elements === undefined) {
      this.#longNodes.set(start, node);
    }
    return node;
  }

  /** A container that was read before: passes over it. */
  #known(start: number): TextNode | undefined {
    const node = this.#longNodes.get(start);
    if (node !== undefined) {
      this.#position = node.end;
    }
    return node;
  }

  /** Steps into an array or object. */
  #enter(): void {
    if (this.#path.length >= this.#maxDepth) {
      this.#refuse("too_deep", `at most ${this.#maxDepth} levels`, "one more");
    }
    this.#position++;
    this.#skipSpace();
  }

  #closes(bracket: string): boolean {
    if (this.#text[this.#position] !== bracket) {
      return false;
    }
    this.#position++;
    return true;
  }

  #continues(bracket: string): boolean {
    this.#skipSpace();
    if (this.#closes(bracket)) {
      return false;
    }
    if (this.#text[this.#position] !== ",") {
      this.#refuse("not_json", `"," or "${bracket}"`, this.#character());
    }
    this.#position++;
    this.#skipSpace();
    return true;
  }

  #expect(character: string): void {
    if (this.#text[this.#position] !== character) {
      this.#refuse("not_json", `"${character}"`, this.#character());
    }
    this.#position++;
  }

  #literal(literal: string): number {
    if (!this.#text.startsWith(literal, this.#position)) {
      this.#refuse("not_json", "a JSON value", this.#character());
    }
    this.#position += literal.length;
    return this.#position;
  }

  #number(): number {
    NUMBER.lastIndex = this.#position;
    if (!NUMBER.test(this.#text)) {
      this.#refuse("not_json", "a JSON value", this.#character());
    }
    this.#position = NUMBER.lastIndex;
    return this.#position;
  }

  #string(): string {
    const start = this.#position;
    let escaped = false;
    let position = start + 1;
    for (;;) {
      const character = this.#text.charCodeAt(position);
      if (character === QUOTE) {
        break;
      }
      if (character === BACKSLASH) {
        escaped = true;
        position++;
      } else if (!(character >= FIRST_PRINTABLE)) {
        this.#position = position;
        this.#refuse("not_json", 'the closing """ of a string', this.#character());
      }
      position++;
    }
    this.#position = position + 1;
    return escaped ? this.#unescape(start) : this.#text.slice(start + 1, position);
  }

  #unescape(start: number): string {
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, this.#position));
      return String(value);
    } catch {
      this.#position = start;
      return this.#refuse("not_json", "a string with valid escapes", "an invalid escape");
    }
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.#text.charCodeAt(this.#position);
      if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) {
        return;
      }
      this.#position++;
    }
  }

  /** Describes the current character for an error. */
  #character(): string {
    const codePoint = this.#text.codePointAt(this.#position);
    return codePoint === undefined ? "the end of the text" : quote(String.fromCodePoint(codePoint));
  }

  #report(
    code: JsonFaultCode,
    name: string,
    expected: string,
    found: string,
    offset: number,
  ): void {
    if (this.#wantsFaults) {
      const pointer = formatPointer([...this.#path, name]);
      const fault = { code, pointer, expected, found, offset };
      this.#wantsFaults = this.#events?.fault?.(fault) === true;
    }
  }

  #refuse(code: JsonFaultCode, expected: string, found: string): never {
    const pointer = formatPointer(this.#path);
    throw new JsonError({ code, pointer, expected, found, offset: this.#position });
  }
}

/** A Set takes 200 bytes even for one name, and most objects are small. */
const FEW_NAMES = 8;

/** The names of an object's members. */
class NameSet {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  has(name: string): boolean {
    return this.#many === undefined ? this.#few.includes(name) : this.#many.has(name);
  }

  add(name: string): void {
    if (this.#many !== undefined) {
      this.#many.add(name);
    } else {
      this.#few.push(name);
      if (this.#few.length > FEW_NAMES) {
        this.#many = new Set(this.#few);
      }
    }
  }
}
