import { normalizeDecimal } from "./decimal.js";

/** A JSON value without the losses of JavaScript values. */
export type JsonNode = null | boolean | string | JsonDecimal | JsonNode[] | Map<string, JsonNode>;

/** A number as an exact decimal. */
export class JsonDecimal {
  /** A spelling that is the same for all equal numbers. */
  readonly normal: string;

  constructor(text: string) {
    this.normal = normalizeDecimal(text);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads JSON independently of the engines under test. Numbers are exact, and member names have no
 * special meaning.
 *
 * @throws {SyntaxError} if the text is not JSON, or has a duplicate member.
 */
export function readJson(json: string | Uint8Array): JsonNode {
  return new JsonReader(typeof json === "string" ? json : decoder.decode(json)).readDocument();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
// Matches the characters that need no escape in a string.
const PLAIN = /[ !#-[\]-\uffff]*/y;
const HEXADECIMAL = /^[0-9a-fA-F]{4}$/;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class JsonReader {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    this.text = text;
  }

  readDocument(): JsonNode {
    const node = this.readValue();
    this.skipWhiteSpace();
    if (this.position < this.text.length) {
      this.fail("the end");
    }
    return node;
  }

  private readValue(): JsonNode {
    this.skipWhiteSpace();
    switch (this.text[this.position]) {
      case "{":
        return this.readObject();
      case "[":
        return this.readArray();
      case '"':
        return this.readString();
      case "t":
        return this.readWord("true", true);
      case "f":
        return this.readWord("false", false);
      case "n":
        return this.readWord("null", null);
      default:
        return this.readNumber();
    }
  }

  private readObject(): JsonNode {
    const members = new Map<string, JsonNode>();
    this.position++;
    if (this.takes("}")) {
      return members;
    }
    do {
      this.skipWhiteSpace();
      const name = this.readString();
      if (members.has(name)) {
        this.fail("no second member of this name");
      }
      this.expect(":");
      members.set(name, this.readValue());
    } while (this.takes(","));
    this.expect("}");
    return members;
  }

  private readArray(): JsonNode {
    const elements: JsonNode[] = [];
    this.position++;
    if (this.takes("]")) {
      return elements;
    }
    do {
      elements.push(this.readValue());
    } while (this.takes(","));
    this.expect("]");
    return elements;
  }

  private readString(): string {
    if (this.text[this.position] !== '"') {
      this.fail("a string");
    }
    this.position++;
    let result = this.match(PLAIN);
    while (this.text[this.position] !== '"') {
      result += this.readEscape() + this.match(PLAIN);
    }
    this.position++;
    return result;
  }

  private readEscape(): string {
    if (this.text[this.position] !== "\\") {
      this.fail("the rest of a string");
    }
    const letter = this.text[this.position + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.position + 2, this.position + 6);
      if (!HEXADECIMAL.test(digits)) {
        this.fail("an escape");
      }
      this.position += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = escapes.get(letter) ?? this.fail("an escape");
    this.position += 2;
    return character;
  }

  private readNumber(): JsonNode {
    const number = this.match(NUMBER);
    return number === "" ? this.fail("a value") : new JsonDecimal(number);
  }

  private readWord<Value extends JsonNode>(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.position)) {
      this.fail("a value");
    }
    this.position += word.length;
    return value;
  }

  private match(pattern: RegExp): string {
    const start = this.position;
    pattern.lastIndex = start;
    if (pattern.test(this.text)) {
      this.position = pattern.lastIndex;
    }
    return this.text.slice(start, this.position);
  }

  private skipWhiteSpace(): void {
    if (this.text.charCodeAt(this.position) <= 0x20) {
      this.match(WHITE_SPACE);
    }
  }

  private takes(token: string): boolean {
    this.skipWhiteSpace();
    const taken = this.text[this.position] === token;
    this.position += taken ? 1 : 0;
    return taken;
  }

  private expect(token: string): void {
    if (!this.takes(token)) {
      this.fail(`"${token}"`);
    }
  }

  private fail(expected: string): never {
    const found = this.text.slice(this.position, this.position + 20);
    throw new SyntaxError(`expected ${expected} at ${this.position}, found "${found}"`);
  }
}
