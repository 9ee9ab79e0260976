import { skipSpace } from "@stepwire/json/internal";
import type { InputForm } from "../model/conversion.js";

const FIELD_OF_EVENT = /^(?:event|data|id|retry)(?::|$)|^:/m;

/** Detects the form of a text by its start. */
export function detectForm(text: string): InputForm {
  const start = skipSpace(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  const end = lineEnd(text, start);
  const line = text.slice(start, end);
  if (FIELD_OF_EVENT.test(line)) {
    return "events";
  }
  return isDocument(line) && text[skipSpace(text, end)] === "{" ? "lines" : "json";
}

function isDocument(line: string): boolean {
  if (!line.startsWith("{")) {
    return false;
  }
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** One line with a document. */
export interface Line {
  readonly start: number;
  readonly text: string;
}

/** The lines of a text that have something on them. */
export function* splitLines(text: string): Generator<Line, void> {
  for (let start = 0; start < text.length; ) {
    const end = lineEnd(text, start);
    const line = text.slice(start, end);
    if (line.trim() !== "") {
      yield { start, text: line };
    }
    start = end + 1;
  }
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}
