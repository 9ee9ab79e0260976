import { LARGEST_MAX_DEPTH, resolveSpace } from "../options.js";
import { TextBuilder } from "./builder.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Indents JSON text that has no white space between its tokens, as all engines write it,
 * by as many spaces a level as `space` says; by none, the text stays as it is.
 *
 * It looks at nothing but the structure: what is no JSON is no JSON afterwards.
 *
 * @throws {RangeError} if there are to be more than 10 spaces.
 */
export function indentJson(text: string, space: number): string {
  if (resolveSpace(space) === 0) {
    return text;
  }
  const builder = new TextBuilder();
  let level = 0;
  let start = 0;
  const breakLine = (position: number): void => {
    // No engine writes more levels; text of any other origin must not grow without bounds.
    const indented = Math.min(Math.max(level, 0), LARGEST_MAX_DEPTH);
    builder.add(text.slice(start, position));
    builder.add(`\n${" ".repeat(space * indented)}`);
    start = position;
  };
  for (let position = 0; position < text.length; position++) {
    switch (text[position]) {
      case '"':
        position = closingQuote(text, position);
        break;
      case "{":
      case "[":
        if (text[position + 1] === "}" || text[position + 1] === "]") {
          position++;
        } else {
          level++;
          breakLine(position + 1);
        }
        break;
      case "}":
      case "]":
        level--;
        breakLine(position);
        break;
      case ",":
        breakLine(position + 1);
        break;
      case ":":
        builder.add(text.slice(start, position));
        builder.add(": ");
        start = position + 1;
        break;
    }
  }
  builder.add(text.slice(start));
  return builder.toString();
}

function closingQuote(text: string, opening: number): number {
  let position = opening + 1;
  while (position < text.length && text.charCodeAt(position) !== QUOTE) {
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  }
  return position;
}
