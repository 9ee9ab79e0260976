import { existsSync } from "node:fs";
import { join } from "node:path";
import { readFolder, type SizedDocument } from "./documents.js";
import { measureEach, measureTogether } from "./measure.js";
import { formatRow } from "./table.js";

/**
 * Measures the samples of the project and, where they are, the recorded documents
 * beside it.
 *
 * @param root the folder of the project.
 * @returns rows in Markdown.
 */
export function measureRows(root: string): string[] {
  return [
    ...rowsOf("samples", readFolder(join(root, "samples"))),
    ...recorded(join(root, "..", "shared", "corpus")),
  ];
}

function recorded(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  const kinds: readonly (readonly [string, SizedDocument[]])[] = [
    ["recorded run steps", readFolder(join(folder, "run_step"))],
    ["recorded deltas", readFolder(join(folder, "run_step_delta"))],
    ["recorded lists", readFolder(join(folder, "run_step_list"))],
  ];
  return kinds.flatMap(([name, documents]) => rowsOf(name, documents));
}

function rowsOf(name: string, documents: SizedDocument[]): string[] {
  return [
    formatRow({ name: `${name}, each`, sizes: measureEach(documents) }),
    formatRow({ name: `${name}, one file`, sizes: measureTogether(documents) }),
  ];
}
