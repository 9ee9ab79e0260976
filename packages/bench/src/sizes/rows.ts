import { existsSync } from "node:fs";
import { join } from "node:path";
import { recordedFolders } from "../corpus/recorded.js";
import { readFolder, type SizedDocument } from "./documents.js";
import { measureEach, measureTogether } from "./measure.js";
import { formatRow } from "./table.js";

/**
 * Measures the samples of the project, and recorded documents if they are present.
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
  return recordedFolders.flatMap(([name, kind]) => rowsOf(name, readFolder(join(folder, kind))));
}

function rowsOf(name: string, documents: SizedDocument[]): string[] {
  return [
    formatRow({ name: `${name}, each`, sizes: measureEach(documents) }),
    formatRow({ name: `${name}, one file`, sizes: measureTogether(documents) }),
  ];
}
