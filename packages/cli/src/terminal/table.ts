import stringWidth from "string-width";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Whether the start of cells may be cut off to fit the table to a terminal. */
  readonly shrinks?: boolean;
}

const GAP = "  ";
const SMALLEST = 12;

/**
 * Formats rows as a table with titles.
 *
 * @param width the maximum width of the table; unlimited if absent.
 * @returns the lines: the titles, then one line for each row.
 */
export function layOut(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width?: number,
): string[] {
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? "")), 0),
  );
  const total = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1));
  const excess = width === undefined ? 0 : total - width;
  const shrinking = columns.findIndex(({ shrinks }) => shrinks);
  if (excess > 0 && shrinking !== -1) {
    const least = Math.min(SMALLEST, widths[shrinking] ?? 0);
    widths[shrinking] = Math.max((widths[shrinking] ?? 0) - excess, least);
  }
  return cells.map((row) =>
    columns
      .map(({ align }, index) => fit(row[index] ?? "", widths[index] ?? 0, align))
      .join(GAP)
      .trimEnd(),
  );
}

function fit(text: string, width: number, align: "left" | "right"): string {
  const shown = cutStart(text, width);
  const padding = " ".repeat(Math.max(0, width - stringWidth(shown)));
  return align === "left" ? shown + padding : padding + shown;
}

/** Cuts off the start of a path, because its end is more informative. */
function cutStart(text: string, width: number): string {
  if (stringWidth(text) <= width) {
    return text;
  }
  const characters = [...text];
  while (characters.length > 0 && stringWidth(characters.join("")) > width - 1) {
    characters.shift();
  }
  return `…${characters.join("")}`;
}
