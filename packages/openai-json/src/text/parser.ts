import { quote } from "../excerpt.js";
import type { Findings } from "../findings.js";
import { formatPointer } from "../pointer.js";
import { Refusal } from "../refusal.js";
import type { ViolationCode } from "../violation.js";
import { NameSet } from "./name-set.js";
import type { ArrayNode, ObjectNode, TextNode } from "./node.js";

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

/** Reads JSON text (RFC 8259) without rounding numbers. */
export class TextParser {
  readonly #text: string;
  readonly #longNodes: LongNodes;
  readonly #path: (string | number)[] = [];
  #maxDepth = Number.POSITIVE_INFINITY;
  /** Undefined if the text has been read before. */
  #findings: Findings | undefined;
  #position = 0;

  constructor(text: string, longNodes: LongNodes) {
    this.#text = text;
    this.#longNodes = longNodes;
  }

  /**
   * Reads the whole text. Notes duplicate members and lone surrogates in member names.
   *
   * @throws {Refusal} if the text is not JSON or nests deeper than `maxDepth`.
   */
  parse(maxDepth: number, findings: Findings): TextNode {
    this.#maxDepth = maxDepth;
    this.#findings = findings;
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.#refuse("not_json", "JSON without a byte order mark", "a byte order mark");
    }
    this.#skipSpace();
    const root = this.#value();
    this.#skipSpace();
    if (this.#position < this.#text.length) {
      this.#refuse("not_json", "the end of the text", this.#character());
    }
    return root;
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
      this.#path.push(name);
      const value = this.#value();
      this.#path.pop();
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

  /** Reads a member's name, and goes on to its value. */
  #name(): string {
    if (this.#text.charCodeAt(this.#position) !== QUOTE) {
      this.#refuse("not_json", "a member name", this.#character());
    }
    const name = this.#string();
    this.#skipSpace();
    this.#expect(":");
    this.#skipSpace();
    return name;
  }

  #checkName(name: string, seen: NameSet, offset: number): void {
    if (this.#findings === undefined) {
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
      this.#path.push(length);
      const element = this.#value();
      this.#path.pop();
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

  /** What stands at the current position, for an error. */
  #character(): string {
    const codePoint = this.#text.codePointAt(this.#position);
    return codePoint === undefined ? "the end of the text" : quote(String.fromCodePoint(codePoint));
  }

  #report(
    code: ViolationCode,
    name: string,
    expected: string,
    found: string,
    offset: number,
  ): void {
    if (this.#findings?.isFull === false) {
      const pointer = formatPointer([...this.#path, name]);
      this.#findings.push({ code, pointer, path: "", expected, found, offset });
    }
  }

  #refuse(code: ViolationCode, expected: string, found: string): never {
    const pointer = formatPointer(this.#path);
    throw new Refusal({ code, pointer, path: "", expected, found, offset: this.#position });
  }
}
