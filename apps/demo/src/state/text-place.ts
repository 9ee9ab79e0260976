/** A place in a text as editors count it. */
export interface LineAndColumn {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** Returns the line and the column of an offset. */
export function lineAndColumn(text: string, offset: number): LineAndColumn {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
