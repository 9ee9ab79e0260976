const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Indents JSON text that has no white space between its tokens. */
export function indentText(text: string, space: number): string {
  const pieces: string[] = [];
  let level = 0;
  let start = 0;
  const breakLine = (position: number): void => {
    pieces.push(text.slice(start, position), "\n", " ".repeat(space * level));
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
        pieces.push(text.slice(start, position), ": ");
        start = position + 1;
        break;
    }
  }
  pieces.push(text.slice(start));
  return pieces.join("");
}

function closingQuote(text: string, opening: number): number {
  let position = opening + 1;
  while (text.charCodeAt(position) !== QUOTE) {
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  }
  return position;
}
