import type { Position } from "./position.js";
import { bytes } from "./terminal/quantity.js";

/*
 * The names and places of problems. What is wrong with a document is described by refusal.ts, which
 * loads much code.
 */

/** The origin of a document, for messages. */
export interface Origin {
  /** The file. */
  readonly name: string;
  /** The line number, if each line of the file is a document. */
  readonly line?: number;
  /** The text of the document, for converting offsets to lines and columns. */
  readonly text?: Uint8Array;
}

/** Returns the origin as the prefix of a message. */
export function place({ name, line }: Origin): string {
  return line === undefined ? name : `${name}:${line}`;
}

/** One problem in a document, without the name of the document. */
export interface Problem {
  /** The position in the document's text, if it is known. */
  readonly position?: Position;
  readonly text: string;
}

/** Returns the text for a document that exceeds the size limit. */
export function describeTooLarge(maxBytes: number): string {
  return `too_large: more than ${bytes(maxBytes)}; --max-bytes raises the limit`;
}

/** Returns a problem with the name of its document and its position. */
export function formatProblem({ position, text }: Problem, origin: Origin): string {
  const { name, line = 1 } = origin;
  return position === undefined
    ? `${place(origin)}: ${text}`
    : `${name}:${line + position.line - 1}:${position.column}: ${text}`;
}
