import { join, relative } from "node:path";
import { compareFiles, fileProbe, type ProbeResult } from "@stepwire/doctor";
import { DOCUMENTS, expandFolders } from "../files/documents.js";
import type { CommandIO } from "../io.js";
import type { DoctorOptions } from "./options.js";
import { formOf, readFile } from "./probes.js";

/**
 * Compares a file with what came of it, or each file of a folder with the file of the same name in
 * another.
 *
 * @throws {CommandFailure} if a file cannot be read.
 */
export async function compareBeforeAfter(
  before: string,
  after: string,
  { maxBytes }: DoctorOptions,
  io: CommandIO,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const file of await expandFolders([before], DOCUMENTS, io)) {
    const form = formOf(file);
    const sent = await readFile(file, maxBytes, io);
    const other = file === before ? after : join(after, relative(before, file));
    const received = await readFile(other, maxBytes, io);
    const bounds = { maxFindings: 1000, maxDepth: 1000 };
    results.push({
      probe: fileProbe(file, form === "json" ? "json" : "sse", sent),
      findings: compareFiles(form, sent, received, bounds),
    });
  }
  return results;
}
