import { extname } from "node:path";
import {
  createSuite,
  type FileForm,
  fileProbe,
  type Probe,
  probeId,
  requestOf,
} from "@stepwire/doctor";
import { CommandFailure } from "../failure.js";
import { nameOfContent } from "../files/compression.js";
import { DOCUMENT, expandFolders, LINES, TRANSCRIPT } from "../files/documents.js";
import { openInput, readUpTo } from "../files/input.js";
import type { CommandIO } from "../io.js";
import { describeTooLarge } from "../problem.js";
import type { DoctorOptions } from "./options.js";
import { usageFailure } from "./usage-failure.js";

/**
 * Returns the probes of the suite and of the user's files that were chosen.
 *
 * @throws {CommandFailure} if a file cannot be read, or nothing was chosen.
 */
export async function chooseProbes(options: DoctorOptions, io: CommandIO): Promise<Probe[]> {
  const suite = options.suite ? createSuite(options.family) : [];
  const all = [...suite, ...(await readProbes(options, io))];
  const { only } = options;
  const unused = only.filter((pattern) => !all.some((probe) => isMeant(probe, pattern)));
  if (unused.length > 0) {
    throw usageFailure(`--only: no probe is named ${unused.join(", ")}; --list prints them`);
  }
  const chosen =
    only.length === 0 ? all : all.filter((probe) => only.some((name) => isMeant(probe, name)));
  if (chosen.length === 0) {
    throw usageFailure("there is no probe to send: --no-suite needs --probe");
  }
  return chosen;
}

/** Returns whether a name, in which `*` stands for any text, is that of a probe or its end. */
function isMeant(probe: Probe, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^(?:.*/)?${parts.join(".*")}$`).test(probeId(probe));
}

async function readProbes(options: DoctorOptions, io: CommandIO): Promise<Probe[]> {
  const probes: Probe[] = [];
  if (options.url !== undefined && options.probe.length > 0 && options.family.length !== 1) {
    throw usageFailure(
      "--probe: a server must be asked for the files as for an API; give one with --family",
    );
  }
  for (const file of await expandFolders(options.probe, [DOCUMENT, TRANSCRIPT], io)) {
    const form = formOf(file);
    if (form === "jsonl") {
      throw usageFailure(`${file}: a probe is one document (.json) or one stream (.sse)`);
    }
    const bytes = await readFile(file, options.maxBytes, io);
    const [family, ...others] = options.family;
    // A server is asked for a file as for the documents of the only family.
    const request =
      family === undefined || others.length > 0
        ? undefined
        : requestOf(family, form === "json" ? "document" : "stream");
    probes.push(fileProbe(file, form, bytes, request));
  }
  return probes;
}

/** Returns the form of a file by its ending. */
export function formOf(file: string): FileForm {
  const ending = extname(nameOfContent(file));
  if (ending === TRANSCRIPT) {
    return "sse";
  }
  return LINES.includes(ending) ? "jsonl" : "json";
}

/** Reads a whole file, expanded. @throws {CommandFailure} if it cannot be read. */
export async function readFile(file: string, maxBytes: number, io: CommandIO): Promise<Uint8Array> {
  const input = await openInput(file, io);
  try {
    const bytes = await readUpTo(input.chunks, maxBytes);
    if (bytes === undefined) {
      throw new CommandFailure(`${file}: ${describeTooLarge(maxBytes)}`);
    }
    return bytes;
  } finally {
    input.close();
  }
}
