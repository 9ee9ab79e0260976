import { stringEnd } from "./scan.js";

const SPACES = 2;

/** Indents JSON text; numbers and strings keep their spelling, members their order. */
export function formatJson(text: string): string {
  const pieces: string[] = [];
  let level = 0;
  const breakLine = (): void => {
    pieces.push("\n", " ".repeat(SPACES * level));
  };
  for (let position = 0; position < text.length; ) {
    const character = text[position] ?? "";
    let end = position + 1;
    if (character === '"') {
      end = stringEnd(text, position) ?? text.length;
      pieces.push(text.slice(position, end));
    } else if (character === "{" || character === "[") {
      const next = skipSpace(text, end);
      const closing = text[next];
      if (closing === "}" || closing === "]") {
        pieces.push(character, closing);
        end = next + 1;
      } else {
        pieces.push(character);
        level++;
        breakLine();
      }
    } else if (character === "}" || character === "]") {
      level--;
      breakLine();
      pieces.push(character);
    } else if (character === ",") {
      pieces.push(character);
      breakLine();
    } else if (character === ":") {
      pieces.push(": ");
    } else if (character.trim() !== "") {
      pieces.push(character);
    }
    position = end;
  }
  return pieces.join("");
}

/** JSON text without the white space between its tokens. */
export function minifyJson(text: string): string {
  const pieces: string[] = [];
  let start = skipSpace(text, 0);
  for (let position = start; position < text.length; ) {
    const character = text[position];
    if (character === '"') {
      position = stringEnd(text, position) ?? text.length;
      continue;
    }
    const next = skipSpace(text, position);
    if (next > position) {
      pieces.push(text.slice(start, position));
      start = next;
      position = next;
    } else {
      position++;
    }
  }
  pieces.push(text.slice(start));
  return pieces.join("");
}

/** The first position from the offset on that is no white space. */
export function skipSpace(text: string, offset: number): number {
  let position = offset;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
      return position;
    }
    position++;
  }
}
