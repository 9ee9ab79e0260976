import { quote } from "../excerpt.js";
import { formatPointer } from "../pointer.js";
import { Refusal } from "../refusal.js";
import type { Violation, ViolationCode } from "../violation.js";
import type { TextNode } from "./node.js";

/** What the reading of a text found. */
export interface ParsedText {
  readonly root: TextNode;
  /** Duplicate members and lone surrogates in member names. */
  readonly violations: readonly Violation[];
}

/**
 * Reads JSON text (RFC 8259) without rounding numbers and without swallowing
 * duplicate members, of which no more than `maxViolations` are listed.
 *
 * @throws {Refusal} if the text is not JSON or nests deeper than `maxDepth`.
 */
export function parseText(text: string, maxDepth: number, maxViolations: number): ParsedText {
  return new TextParser(text, maxDepth, maxViolations).parse();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const BYTE_ORDER_MARK = 0xfeff;

class TextParser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #maxViolations: number;
  readonly #path: (string | number)[] = [];
  readonly #violations: Violation[] = [];
  #position = 0;

  constructor(text: string, maxDepth: number, maxViolations: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#maxViolations = maxViolations;
  }

  parse(): ParsedText {
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.#refuse("not_json", "JSON without a byte order mark", "a byte order mark");
    }
    this.#skipSpace();
    const root = this.#value();
    this.#skipSpace();
    if (this.#position < this.#text.length) {
      this.#refuse("not_json", "the end of the text", this.#character());
    }
    return { root, violations: this.#violations };
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
    this.#enter();
    const names: string[] = [];
    const values: TextNode[] = [];
    const seen = new Set<string>();
    let more = !this.#closes("}");
    while (more) {
      names.push(this.#name(seen));
      this.#path.push(names.at(-1) ?? "");
      values.push(this.#value());
      this.#path.pop();
      more = this.#continues("}");
    }
    return { kind: "object", start, end: this.#position, names, values };
  }

  #name(seen: Set<string>): string {
    const offset = this.#position;
    if (this.#text.charCodeAt(offset) !== QUOTE) {
      this.#refuse("not_json", "a member name", this.#character());
    }
    const name = this.#string();
    if (seen.has(name)) {
      this.#report("duplicate_member", name, "one member of this name", "another one", offset);
    }
    seen.add(name);
    if (!name.isWellFormed()) {
      this.#report("lone_surrogate", name, "a name of Unicode characters", quote(name), offset);
    }
    this.#skipSpace();
    this.#expect(":");
    this.#skipSpace();
    return name;
  }

  #array(start: number): TextNode {
    this.#enter();
    const elements: TextNode[] = [];
    let more = !this.#closes("]");
    while (more) {
      this.#path.push(elements.length);
      elements.push(this.#value());
      this.#path.pop();
      more = this.#continues("]");
    }
    return { kind: "array", start, end: this.#position, elements };
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
    if (this.#violations.length < this.#maxViolations) {
      const pointer = formatPointer([...this.#path, name]);
      this.#violations.push({ code, pointer, path: "", expected, found, offset });
    }
  }

  #refuse(code: ViolationCode, expected: string, found: string): never {
    const pointer = formatPointer(this.#path);
    throw new Refusal({ code, pointer, path: "", expected, found, offset: this.#position });
  }
}
