import type { Conversion, Mode } from "../model/conversion.js";

const numbers = new Intl.NumberFormat("en");

/** A number with its thousands set apart. */
export function grouped(value: number): string {
  return numbers.format(value);
}

/** A number of things. */
export function counted(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** A part of a whole, in percent. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}

/** A number of bytes, short where it is large. */
export function byteCount(bytes: number): string {
  if (bytes < 100_000) {
    return counted(bytes, "byte");
  }
  return bytes < 1_000_000
    ? `${grouped(Math.round(bytes / 1000))} kB`
    : `${grouped(Math.round(bytes / 100_000) / 10)} MB`;
}

/** A time, in the unit that suits it. */
export function duration(milliseconds: number): string {
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

/** What a text turned out to be. */
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
