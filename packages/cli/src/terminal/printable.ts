/*
 * Characters that a terminal interprets instead of showing: control characters, and those that
 * change the text direction. File names and documents may come from untrusted sources.
 */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/gu;

/** Escapes the characters of a text that a terminal would interpret. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/**
 * Escapes the characters of JSON that a terminal would interpret, without changing its value: in
 * valid JSON, line feeds, tabs and carriage returns occur only between tokens, and the escaped
 * characters occur only in strings.
 */
export function printableJson(json: string): string {
  return json.replace(unprintable, (character) =>
    character === "\n" || character === "\t"
      ? character
      : character === "\r"
        ? " "
        : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Shortens a text to a number of characters. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
