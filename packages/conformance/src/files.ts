import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AccumulationVectorFile } from "./accumulation/format.js";
import type { ArchiveVectorFile } from "./archives/format.js";
import type { VectorFile } from "./format.js";
import type { EventVectorFile } from "./sse/format.js";
import type { StreamVectorFile } from "./streams/format.js";

const directory = join(dirname(dirname(fileURLToPath(import.meta.url))), "vectors");

type AnyFile =
  | VectorFile
  | StreamVectorFile
  | ArchiveVectorFile
  | EventVectorFile
  | AccumulationVectorFile;

/** A file as text: each member of a case on a line of its own, so that a change shows where it is. */
export function formatFile({ topic, about, cases }: AnyFile): string {
  const texts = cases.map((vector) => {
    const members = Object.entries(vector).map(([name, value]) => `"${name}":${encode(value)}`);
    return `{\n${members.join(",\n")}\n}`;
  });
  return `{\n"topic":${encode(topic)},\n"about":${encode(about)},\n"cases":[\n${texts.join(",\n")}\n]\n}\n`;
}

/** JSON in ASCII, so that no editor or tool changes or hides a character. */
function encode(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The folder with the vectors of messages that `stepwire.wasm` does not have. */
export const FEATURES = "features";

/** The folder with the vectors of the stream format. */
export const STREAMS = "streams";

/** The folder with the vectors of the archive format. */
export const ARCHIVES = "archives";

/** The folder with the vectors of server-sent events. */
export const EVENTS = "sse";

/** The folder with the vectors of accumulators. */
export const ACCUMULATION = "accumulation";

type Folder =
  | typeof FEATURES
  | typeof STREAMS
  | typeof ARCHIVES
  | typeof EVENTS
  | typeof ACCUMULATION;

const folders: readonly Folder[] = [FEATURES, STREAMS, ARCHIVES, EVENTS, ACCUMULATION];

/** The committed files by topic, as text: those of the run-step model, or of one folder. */
export function readFiles(folder?: Folder): Map<string, string> {
  const place = join(directory, folder ?? "");
  const prefix = folder === undefined ? "" : `${folder}/`;
  const names = existsSync(place) ? readdirSync(place) : [];
  return new Map(
    names
      .filter((name) => name.endsWith(".json"))
      .map((name) => [
        `${prefix}${name.slice(0, -".json".length)}`,
        readFileSync(join(place, name), "utf8"),
      ]),
  );
}

/** Writes the files by topic in the place of all that are there. */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  for (const folder of folders) {
    mkdirSync(join(directory, folder), { recursive: true });
  }
  for (const topic of [undefined, ...folders].flatMap((folder) => [...readFiles(folder).keys()])) {
    if (!files.has(topic)) {
      rmSync(join(directory, `${topic}.json`));
    }
  }
  for (const [topic, text] of files) {
    writeFileSync(join(directory, `${topic}.json`), text);
  }
}
