import { TextBuilder } from "./builder.js";

const SPACE = /[ \t\n\r]/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Valid JSON text without the white space between its tokens. */
export function removeSpace(text: string): string {
  if (!SPACE.test(text)) {
    return text;
  }
  // A loop, since a regular expression for strings can exhaust its stack.
  const builder = new TextBuilder();
  let start = 0;
  let quoted = false;
  for (let position = 0; position < text.length; position++) {
    const character = text.charCodeAt(position);
    if (quoted) {
      if (character === BACKSLASH) {
        position++;
      } else if (character === QUOTE) {
        quoted = false;
      }
    } else if (character === QUOTE) {
      quoted = true;
    } else if (character === 0x20 || (character >= 0x09 && character <= 0x0d)) {
      if (position > start) {
        builder.add(text.slice(start, position));
      }
      start = position + 1;
    }
  }
  builder.add(text.slice(start));
  return builder.toString();
}
