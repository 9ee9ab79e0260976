import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { compareFiles, type Finding, fileProbe, type ProbeResult } from "@stepwire/doctor";
import { DOCUMENTS, expandFolders } from "../files/documents.js";
import type { CommandIO } from "../io.js";
import type { DoctorOptions } from "./options.js";
import { formOf, readFile } from "./probes.js";

/**
 * Compares a file with what came of it, or each file of a folder with the file of the same name in
 * another. A file that only one folder has is lost or added.
 *
 * @throws {CommandFailure} if a file cannot be read.
 */
export async function compareBeforeAfter(
  before: string,
  after: string,
  { maxBytes }: DoctorOptions,
  io: CommandIO,
): Promise<ProbeResult[]> {
  const bounds = { maxFindings: 1000, maxDepth: 1000 };
  const compare = async (file: string, other: string): Promise<ProbeResult> => {
    const form = formOf(file);
    const sent = await readFile(file, maxBytes, io);
    const received = await readFile(other, maxBytes, io);
    return {
      probe: fileProbe(file, form === "json" ? "json" : "sse", sent),
      findings: compareFiles(form, sent, received, bounds),
    };
  };
  if (!(await isFolder(before, io)) || !(await isFolder(after, io))) {
    return [await compare(before, after)];
  }
  const namesIn = async (folder: string): Promise<Set<string>> =>
    new Set((await expandFolders([folder], DOCUMENTS, io)).map((file) => relative(folder, file)));
  const names = await namesIn(before);
  const others = await namesIn(after);
  const results: ProbeResult[] = [];
  for (const name of [...new Set([...names, ...others])].sort()) {
    const [file, other] = [join(before, name), join(after, name)];
    if (!others.has(name)) {
      results.push(ofOneFolder(file, "lost"));
    } else if (names.has(name)) {
      results.push(await compare(file, other));
    } else {
      results.push(ofOneFolder(other, "added"));
    }
  }
  return results;
}

/** Returns the result for a file that only one folder has. */
function ofOneFolder(file: string, kind: "lost" | "added"): ProbeResult {
  const finding: Finding = { kind, side: "response", pointer: "", what: "the whole file" };
  const form = formOf(file) === "json" ? "json" : "sse";
  return { probe: fileProbe(file, form, new Uint8Array()), findings: [finding] };
}

/** Returns whether a path is that of a folder. A missing file is found when it is read. */
async function isFolder(path: string, io: CommandIO): Promise<boolean> {
  const found = await stat(resolve(io.directory, path)).catch(() => undefined);
  return found?.isDirectory() === true;
}
