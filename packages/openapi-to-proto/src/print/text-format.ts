/**
 * A value in the Protobuf text format, as options of a `.proto` file have it. Scalars are kept as
 * they are spelled.
 */
export type OptionValue =
  | { readonly kind: "scalar"; readonly text: string }
  | { readonly kind: "message"; readonly fields: readonly OptionField[] }
  | { readonly kind: "list"; readonly values: readonly OptionValue[] };

/** A field of a message. The name of an extension is in brackets. */
export interface OptionField {
  readonly name: string;
  readonly value: OptionValue;
}

/** The text is not a value in the Protobuf text format. */
export class TextFormatError extends Error {
  override name = "TextFormatError";
}

/** Maximum nesting of messages and lists. */
const MAX_DEPTH = 32;

const TOKEN = new RegExp(
  [
    /(?<skipped>[ \t\r\n]+|#[^\n]*)/,
    /(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
    /(?<word>[-+]?[A-Za-z0-9_.][A-Za-z0-9_.+-]*)/,
    /(?<mark>[{}[\]<>:;,/])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "y",
);

/**
 * Parses a value: a number, an enum value, a string, a message in `{}` or `<>`, or a list in `[]`.
 *
 * @throws {TextFormatError} if the text is something else, or nested deeper than 32 levels.
 */
export function parseOptionValue(text: string): OptionValue {
  const parser = new Parser(tokenize(text));
  const value = parser.value(0);
  parser.end();
  return value;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw new TextFormatError(`unexpected character at offset ${start}`);
    }
    if (match.groups?.["skipped"] === undefined) {
      tokens.push(match[0]);
    }
  }
  return tokens;
}

const closing: Readonly<Record<string, string>> = { "{": "}", "<": ">" };

class Parser {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  value(depth: number): OptionValue {
    const token = this.#take();
    if (depth >= MAX_DEPTH) {
      throw new TextFormatError(`nested deeper than ${MAX_DEPTH} levels`);
    }
    const close = closing[token];
    if (close !== undefined) {
      return this.#message(close, depth + 1);
    }
    if (token === "[") {
      return this.#list(depth + 1);
    }
    if (isString(token)) {
      return { kind: "scalar", text: this.#joinStrings(token) };
    }
    if (!isWord(token)) {
      throw new TextFormatError(`expected a value, found ${token}`);
    }
    return { kind: "scalar", text: token };
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) {
      throw new TextFormatError(`expected the end of the value, found ${token}`);
    }
  }

  /** Adjacent strings are one string. */
  #joinStrings(first: string): string {
    let joined = doubleQuoted(first);
    for (let next = this.#peek(); next !== undefined && isString(next); next = this.#peek()) {
      joined = joined.slice(0, -1) + doubleQuoted(this.#take()).slice(1);
    }
    return joined;
  }

  #message(close: string, depth: number): OptionValue {
    const fields: OptionField[] = [];
    while (!this.#skip(close)) {
      const name = this.#name();
      const hasColon = this.#skip(":");
      const next = this.#peek();
      if (!hasColon && next !== "{" && next !== "<") {
        throw new TextFormatError(`expected : after ${name}, found ${next ?? "the end"}`);
      }
      fields.push({ name, value: this.value(depth) });
      this.#skip(",") || this.#skip(";");
    }
    return { kind: "message", fields };
  }

  #name(): string {
    const token = this.#take();
    if (token !== "[") {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(token)) {
        throw new TextFormatError(`expected the name of a field, found ${token}`);
      }
      return token;
    }
    const extension: string[] = [];
    while (!this.#skip("]")) {
      extension.push(this.#take());
    }
    return `[${extension.join("")}]`;
  }

  #list(depth: number): OptionValue {
    const values: OptionValue[] = [];
    while (!this.#skip("]")) {
      if (values.length > 0 && !this.#skip(",")) {
        throw new TextFormatError(`expected , or ] in a list, found ${this.#peek() ?? "the end"}`);
      }
      values.push(this.value(depth));
    }
    return { kind: "list", values };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  #take(): string {
    const token = this.#peek();
    if (token === undefined) {
      throw new TextFormatError("the value is incomplete");
    }
    this.#next++;
    return token;
  }

  #skip(token: string): boolean {
    const isNext = this.#peek() === token;
    this.#next += isNext ? 1 : 0;
    return isNext;
  }
}

function isString(token: string): boolean {
  return token.startsWith('"') || token.startsWith("'");
}

function isWord(token: string): boolean {
  return /^[-+A-Za-z0-9_.]/.test(token);
}

/** Returns a string token with double quotes around it. */
function doubleQuoted(token: string): string {
  return token.startsWith('"')
    ? token
    : `"${token.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`;
}

/** Returns a string as a string literal. */
export function stringLiteral(text: string): string {
  const escaped = text.replaceAll(
    /[\\"]|\p{Cc}/gu,
    (character) => escapes[character] ?? escapeBytes(character),
  );
  return `"${escaped}"`;
}

/** Returns an octal escape for each byte: a number above 127 would be a byte that is not UTF-8. */
function escapeBytes(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
    .join("");
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Returns a value in the layout of `buf format`, its first line without indentation. */
export function formatOptionValue(value: OptionValue, indentation: string): string {
  if (value.kind === "scalar") {
    return value.text;
  }
  const inner = `${indentation}  `;
  const isList = value.kind === "list";
  const texts = isList
    ? value.values.map((each) => formatOptionValue(each, inner))
    : value.fields.map(({ name, value: each }) => `${name}: ${formatOptionValue(each, inner)}`);
  const [open, close] = isList ? "[]" : "{}";
  const [only, ...others] = isList ? value.values : value.fields.map(({ value: each }) => each);
  // One scalar remains on the line.
  if (texts.length === 0 || (only?.kind === "scalar" && others.length === 0)) {
    return `${open}${texts.join()}${close}`;
  }
  const lines = texts.map((text) => `${inner}${text}`).join(isList ? ",\n" : "\n");
  return `${open}\n${lines}\n${indentation}${close}`;
}
