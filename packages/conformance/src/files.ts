import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VectorFile } from "./format.js";

const directory = join(dirname(dirname(fileURLToPath(import.meta.url))), "vectors");

/** A file as text: each member of a case on a line of its own, so that a change shows where it is. */
export function formatFile({ topic, about, cases }: VectorFile): string {
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

/** The committed files by topic, as text. */
export function readFiles(): Map<string, string> {
  const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
  return new Map(
    names.map((name) => [
      name.slice(0, -".json".length),
      readFileSync(join(directory, name), "utf8"),
    ]),
  );
}

/** Writes the files by topic in the place of all that are there. */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  mkdirSync(directory, { recursive: true });
  for (const topic of readFiles().keys()) {
    if (!files.has(topic)) {
      rmSync(join(directory, `${topic}.json`));
    }
  }
  for (const [topic, text] of files) {
    writeFileSync(join(directory, `${topic}.json`), text);
  }
}
