import { readFileSync } from "node:fs";
import { join } from "node:path";

const docs = join(import.meta.dirname, "..", "..", "..", "docs");

/** A table of a page in docs, row by row, each cell by the head of its column. */
export function readTable(heading: string, page = "model.md"): Record<string, string>[] {
  const text = readFileSync(join(docs, page), "utf8");
  const section = text.split(/^#+ /m).find((each) => each.startsWith(heading));
  const lines = section?.split("\n").filter((line) => line.startsWith("|")) ?? [];
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .slice(1, line.lastIndexOf("|"))
      .split("|")
      .map((cell) => cell.trim()),
  );
  return rows.map((cells) =>
    Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ""])),
  );
}

/** The name in a cell, without its back quotes. */
export function nameIn(cell: string | undefined): string {
  return /^`([^`]+)`$/.exec(cell ?? "")?.[1] ?? "";
}

/** Every name in back quotes of the cells of a row. */
export function namesIn(row: Record<string, string>): string[] {
  return Object.values(row).flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}
