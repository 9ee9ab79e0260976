import { formatJson, minifyJson } from "@stepwire/json";
import { splitLines } from "../engine/documents.js";
import type { InputForm } from "../model/conversion.js";
import { type DiffLine, diffLines } from "./diff.js";

/** How the text that comes back is spelled, compared with the text that was given. */
export type Comparison =
  | { readonly kind: "identical" }
  /** Only white space differs. */
  | { readonly kind: "spaces" }
  | {
      readonly kind: "different";
      /** The lines of both, with the same white space; undefined if too many differ. */
      readonly lines: readonly DiffLine[] | undefined;
    };

/** Compares two texts of a form without regard to white space between tokens. */
export function compareTexts(given: string, back: string, form: InputForm): Comparison {
  if (given === back) {
    return { kind: "identical" };
  }
  const [before, after] = [normalize(given, form), normalize(back, form)];
  return before === after
    ? { kind: "spaces" }
    : { kind: "different", lines: diffLines(before, after) };
}

const normalizers: Readonly<Record<InputForm, (text: string) => string>> = {
  json: formatJson,
  lines: (text) => Array.from(splitLines(text), ({ text: line }) => minifyJson(line)).join("\n"),
  events: (text) =>
    text
      .split(/\r\n|\r|\n/)
      .map(normalizeEventLine)
      // Blank lines before the first event and after the last one are no event.
      .join("\n")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim(),
};

function normalize(text: string, form: InputForm): string {
  return normalizers[form](text.replace(/^\ufeff/, ""));
}

/** Returns a line of a transcript with one space after the colon, and JSON without white space. */
function normalizeEventLine(line: string): string {
  const [, name, value] = /^(event|data|id|retry): ?(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    return line;
  }
  return `${name}: ${/^\s*[{[]/.test(value) ? minifyJson(value) : value}`;
}
