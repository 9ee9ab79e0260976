import { appendToPointer } from "./pointer.js";

/** A part of a text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A member of an object, an element of an array, or the document itself, and where it stands. */
export interface JsonPlace extends TextRange {
  /** As a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** The name with its quotes; absent for elements and for the document. */
  readonly name?: TextRange;
}

const DEEPEST = 1000;
const NUMBER_OR_WORD = /[-+.\w]+/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Where each value of a JSON text stands, from the outside in. The text may be
 * wrong or cut off: what comes before that place is found all the same.
 */
export function scanJson(text: string, start: number = 0): readonly JsonPlace[] {
  const scanner = new Scanner(text, start);
  scanner.run();
  return scanner.places.sort((a, b) => a.start - b.start || b.end - a.end);
}

class Scanner {
  readonly places: JsonPlace[] = [];
  readonly #text: string;
  #position: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#position = start;
  }

  run(): void {
    this.#skip(SPACE);
    this.#value("", undefined, 0);
  }

  /** Reads a value; false if the text is wrong there or ends. */
  #value(pointer: string, name: TextRange | undefined, depth: number): boolean {
    const start = this.#position;
    const opening = this.#text[start];
    let whole: boolean;
    if (opening === "{" || opening === "[") {
      whole = depth < DEEPEST && this.#container(pointer, opening === "{", depth);
    } else if (opening === '"') {
      whole = this.#string();
    } else {
      whole = this.#skip(NUMBER_OR_WORD);
    }
    this.places.push({ pointer, start, end: this.#position, ...(name && { name }) });
    return whole;
  }

  #container(pointer: string, isObject: boolean, depth: number): boolean {
    const closing = isObject ? "}" : "]";
    this.#position++;
    this.#skip(SPACE);
    for (let index = 0; this.#text[this.#position] !== closing; index++) {
      if (index > 0 && !this.#punctuation(",")) {
        return false;
      }
      const whole = isObject
        ? this.#member(pointer, depth)
        : this.#value(appendToPointer(pointer, index), undefined, depth + 1);
      if (!whole) {
        return false;
      }
      this.#skip(SPACE);
    }
    this.#position++;
    return true;
  }

  #member(pointer: string, depth: number): boolean {
    const start = this.#position;
    if (this.#text[start] !== '"' || !this.#string()) {
      return false;
    }
    const name = { start, end: this.#position };
    this.#skip(SPACE);
    if (!this.#punctuation(":")) {
      return false;
    }
    const child = appendToPointer(pointer, unquote(this.#text.slice(name.start, name.end)));
    return this.#value(child, name, depth + 1);
  }

  #string(): boolean {
    const end = stringEnd(this.#text, this.#position);
    this.#position = end ?? this.#text.length;
    return end !== undefined;
  }

  #punctuation(character: string): boolean {
    if (this.#text[this.#position] !== character) {
      return false;
    }
    this.#position++;
    this.#skip(SPACE);
    return true;
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#position;
    if (!pattern.test(this.#text) || pattern.lastIndex === this.#position) {
      return false;
    }
    this.#position = pattern.lastIndex;
    return true;
  }
}

/** Where a string ends that starts at the offset; undefined if it does not end. */
export function stringEnd(text: string, start: number): number | undefined {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") {
      backslashes++;
    }
    if (backslashes % 2 === 0) {
      return end + 1;
    }
  }
  return undefined;
}

/** The string that a JSON string stands for; its text between the quotes if it is wrong. */
export function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}
