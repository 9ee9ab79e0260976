import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "./document.js";

/** The folder of recorded documents. It is beside the project, which has no copy of them. */
const folder = join(import.meta.dirname, "../../../../../shared/corpus");

/** Whether the recordings are present. */
export function hasRecordings(): boolean {
  return existsSync(folder);
}

/** The distinct payloads of all recorded event streams of runs and of Chat Completions. */
export function recordedPayloads(): string[] {
  return distinct(["sse", "chat_sse"].flatMap((name) => readFiles(name).flatMap(payloadsOf)));
}

/** The distinct bodies of recorded responses, with the white space that they have. */
export function recordedBodies(): string[] {
  const kinds = ["run_step", "run_step_delta", "run_step_list", "thread", "chat"];
  return distinct(kinds.flatMap(readFiles));
}

function readFiles(kind: string): string[] {
  return globSync("**/*.{json,jsonl,sse}", { cwd: join(folder, kind) })
    .sort()
    .map((file) => readFileSync(join(folder, kind, file), "utf8"));
}

/** The payloads of an event stream, or of a file with one payload a line. */
function payloadsOf(file: string): string[] {
  return file.split(/\r?\n/).map((line) => line.replace(/^data: ?/, ""));
}

/** Every JSON object once; some recordings have payloads that are no JSON. */
function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => {
    try {
      return isObject(JSON.parse(text));
    } catch {
      return false;
    }
  });
}
