import type { Layout, Spelling } from "../model/bytes.js";
import type { Conversion, InputForm, Mode } from "../model/conversion.js";

const numbers = new Intl.NumberFormat("en");

/** Returns a number with separated thousands. */
export function grouped(value: number): string {
  return numbers.format(value);
}

/** Returns a number with its noun. */
export function counted(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** Returns a share in percent. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}

/** Returns a number of bytes, shortened if it is large. */
export function byteCount(bytes: number): string {
  if (bytes < 100_000) {
    return counted(bytes, "byte");
  }
  return bytes < 1_000_000
    ? `${grouped(Math.round(bytes / 1000))} kB`
    : `${grouped(Math.round(bytes / 100_000) / 10)} MB`;
}

/** A shorter time was measured once, by a clock with steps of 0.1 ms. */
const SHORTEST_MILLISECONDS = 0.0001;

/** Returns a time in a suitable unit. */
export function duration(milliseconds: number): string {
  if (milliseconds < SHORTEST_MILLISECONDS) {
    return "< 0.1 ms";
  }
  if (milliseconds < 1) {
    return `${significant(milliseconds * 1000)} µs`;
  }
  return milliseconds < 1000
    ? `${significant(milliseconds)} ms`
    : `${significant(milliseconds / 1000)} s`;
}

function significant(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

/** Describes the detected form and type of a text. */
export function describeInput({ form, type, documents }: Conversion): string {
  switch (form) {
    case "json":
      return type.label;
    case "lines":
      return counted(documents, "document");
    case "events":
      return counted(documents, "event");
  }
}

/** What a mode refuses. */
export const modeWords: Readonly<Record<Mode, string>> = {
  strict: "refuses what the schema does not know",
  preserve: "keeps the unknown, refuses what is wrong",
  archive: "keeps every JSON object",
};

/** The form of a text in words. */
export const formWords: Readonly<Record<InputForm, string>> = {
  json: "JSON",
  lines: "JSON Lines",
  events: "SSE events",
};

/** What bytes are, in words. */
export const layoutWords: Readonly<Record<Layout, string>> = {
  message: "One message",
  archive: "Archive",
};

/** How bytes were given, in words. */
export const spellingWords: Readonly<Record<Spelling, string>> = {
  binary: "a file",
  hex: "hex",
  base64: "base64",
};

/** Explains run steps. */
export const stepSentence =
  "A run step is one action of an assistant: a message, or calls of tools.";

/** Says why there is no result of a conversion. */
export function absence(missing: "empty" | "unreadable" | undefined): string {
  switch (missing) {
    case "empty":
      return "there is no document.";
    case "unreadable":
      return "the bytes could not be read.";
    case undefined:
      return "the document was refused.";
  }
}

/** Explains residue. */
export const residueSentence =
  "Residue is what a document has beyond its schema: the binary keeps it, so it comes back.";
