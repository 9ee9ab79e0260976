import { isSpace, skipSpace } from "./split.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const DEFAULT_SPACE = 2;

/** As for JSON.stringify. */
const LARGEST_SPACE = 10;

/** Engines write at most 1,000 levels; other text must not grow without bounds. */
const DEEPEST_INDENTATION = 1000;

/**
 * Indents JSON text by `space` spaces a level, 2 by default; with 0, removes the white space between
 * tokens. Numbers and strings keep their spelling, members their order.
 *
 * The text is not checked: text that is not JSON results in text that is not JSON.
 *
 * @throws {RangeError} if `space` is not an integer from 0 to 10.
 */
export function formatJson(text: string, space: number = DEFAULT_SPACE): string {
  checkSpace(space);
  return space === 0 ? minifyJson(text) : indent(text, space);
}

/** @throws {RangeError} if `space` is not an integer from 0 to 10. */
export function checkSpace(space: number): void {
  if (!Number.isInteger(space) || space < 0 || space > LARGEST_SPACE) {
    throw new RangeError(`space is an integer from 0 to ${LARGEST_SPACE}, not ${space}`);
  }
}

function indent(text: string, space: number): string {
  const builder = new TextBuilder();
  let level = 0;
  /** Where the text begins that is not yet added. */
  let start = skipSpace(text, 0);
  let position = start;
  /** Adds the text up to `end` and a separator, and skips white space. */
  const add = (end: number, separator: string): void => {
    builder.add(text.slice(start, end));
    builder.add(separator);
    start = skipSpace(text, end);
    position = start;
  };
  const lineBreak = (): string =>
    `\n${" ".repeat(space * Math.min(Math.max(level, 0), DEEPEST_INDENTATION))}`;
  while (position < text.length) {
    switch (text[position]) {
      case '"':
        position = closingQuote(text, position) + 1;
        break;
      case "{":
      case "[": {
        const next = skipSpace(text, position + 1);
        if (text[next] === "}" || text[next] === "]") {
          add(position + 1, "");
          position++;
        } else {
          level++;
          add(position + 1, lineBreak());
        }
        break;
      }
      case "}":
      case "]":
        level--;
        add(position, lineBreak());
        position++;
        break;
      case ",":
        add(position + 1, lineBreak());
        break;
      case ":":
        add(position + 1, " ");
        break;
      case " ":
      case "\t":
      case "\n":
      case "\r":
        add(position, "");
        break;
      default:
        position++;
    }
  }
  builder.add(text.slice(start));
  return builder.toString();
}

const SPACE = /[ \t\n\r]/;

/** Removes the white space between the tokens of JSON text, which is not checked. */
export function minifyJson(text: string): string {
  if (!SPACE.test(text)) {
    return text;
  }
  // A loop, since a regular expression for strings can exhaust its stack.
  const builder = new TextBuilder();
  let start = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text.charCodeAt(position);
    if (character === QUOTE) {
      position = closingQuote(text, position);
    } else if (isSpace(character)) {
      if (position > start) {
        builder.add(text.slice(start, position));
      }
      start = position + 1;
    }
  }
  builder.add(text.slice(start));
  return builder.toString();
}

/**
 * Returns the offset of a string's closing quote, or one beyond the end of the text. Most
 * strings are short, so a loop is twice as fast as `indexOf`.
 */
function closingQuote(text: string, opening: number): number {
  let position = opening + 1;
  while (position < text.length && text.charCodeAt(position) !== QUOTE) {
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  }
  return position;
}

/** How many pieces are joined at a time. */
const PIECES = 4096;

/**
 * Joins pieces of text. A piece takes about 30 bytes of memory on top of its characters,
 * and a text may have as many pieces as characters, so pieces are joined from time to time.
 */
class TextBuilder {
  readonly #texts: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length >= PIECES) {
      this.#texts.push(this.#pieces.join(""));
      this.#pieces = [];
    }
  }

  toString(): string {
    return `${this.#texts.join("")}${this.#pieces.join("")}`;
  }
}
