import { normalizeNumber } from "@stepwire/openai-json";
import { type Token, tokenize } from "./tokens.js";

/** A JSON value of which nothing was rounded. */
export type ExactValue =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** The decimal number in the one form that {@link normalizeNumber} gives it. */
  | { readonly kind: "number"; readonly value: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly ExactValue[] }
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, ExactValue> };

/** Reads a JSON text without rounding its numbers. */
export function readExactly(text: string): ExactValue {
  const tokens = tokenize(text);
  const value = readValue(next(tokens), tokens);
  if (!tokens.next().done) {
    throw new SyntaxError("something behind the end of the document");
  }
  return value;
}

type Tokens = Generator<Token, void>;

function readValue({ kind, text }: Token, tokens: Tokens): ExactValue {
  switch (kind) {
    case "string":
      return { kind, value: unquote(text) };
    case "number":
      return { kind, value: normalizeNumber(text) };
    case "word":
      return text === "null" ? { kind: "null" } : { kind: "boolean", value: text === "true" };
    case "punctuation":
      return readContainer(text, tokens);
  }
}

function readContainer(opening: string, tokens: Tokens): ExactValue {
  if (opening === "[") {
    const items: ExactValue[] = [];
    for (let token = next(tokens); token.text !== "]"; token = following(tokens, "]")) {
      items.push(readValue(token, tokens));
    }
    return { kind: "array", items };
  }
  const members = new Map<string, ExactValue>();
  for (let token = next(tokens); token.text !== "}"; token = following(tokens, "}")) {
    const name = unquote(token.text);
    if (members.has(name)) {
      throw new SyntaxError(`two members with the name ${token.text}`);
    }
    next(tokens);
    members.set(name, readValue(next(tokens), tokens));
  }
  return { kind: "object", members };
}

/** The first token of the next element, or the end of the container. */
function following(tokens: Tokens, closing: string): Token {
  const token = next(tokens);
  return token.text === closing ? token : next(tokens);
}

function next(tokens: Tokens): Token {
  const { value } = tokens.next();
  if (value === undefined) {
    throw new SyntaxError("the text ends within the document");
  }
  return value;
}

function unquote(text: string): string {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "string") {
    throw new SyntaxError(`not a string: ${text}`);
  }
  return value;
}
