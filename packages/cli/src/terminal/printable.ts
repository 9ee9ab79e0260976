/*
 * Characters that a terminal acts upon instead of showing them: controls, and those
 * that turn the direction of text around. File names and documents are made by others.
 */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/gu;

/** The text with everything escaped that a terminal would act upon. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/**
 * JSON with everything escaped that a terminal would act upon. The value is the same: in
 * valid JSON, line feeds, tabs and carriage returns are only between tokens, and what is
 * escaped is only within strings.
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

/** The text, cut to a number of characters. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
