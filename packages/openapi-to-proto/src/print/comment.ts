/** Maximum length of a line with a comment, with its indentation. */
const WIDTH = 100;

/** Returns the lines of a comment, wrapped; none if the text is blank. */
export function commentLines(text: string, indentation: string): string[] {
  const start = `${indentation}//`;
  const lines: string[] = [];
  let line = start;
  for (const word of words(text)) {
    if (line.length + 1 + word.length > WIDTH && line !== start) {
      lines.push(line);
      line = start;
    }
    line += ` ${word}`;
  }
  return line === start ? lines : [...lines, line];
}

/** Any white space and any control character separates words, so that no text leaves the comment. */
function words(text: string): string[] {
  return text.split(/[\s\p{Cc}\p{Zl}\p{Zp}]+/u).filter((word) => word !== "");
}
