import type { ImportChange, ImportMistake } from "@stepwire/openapi-to-proto";
import { shorten } from "../terminal/printable.js";

/** The names of the files that an import reads, for messages. */
export interface ImportNames {
  readonly document: string;
  readonly config: string | undefined;
  readonly lock: string | undefined;
}

/** Maximum number of mistakes that are shown; further ones are counted. */
const SHOWN = 20;
/** Maximum length of a line about a mistake, in characters. */
const LONGEST_LINE = 2000;

/** Returns a line for each mistake, with the file that it is in. */
export function describeMistakes(mistakes: readonly ImportMistake[], names: ImportNames): string[] {
  const shown = mistakes.slice(0, SHOWN).map((mistake) => {
    const { code, pointer, expected, found } = mistake;
    const place = pointer === "" ? "the document" : pointer;
    const line = `${fileOf(mistake, names)}: ${place}: ${code}: expected ${expected}, found ${found}`;
    return shorten(line, LONGEST_LINE);
  });
  const more = mistakes.length - shown.length;
  return more === 0 ? shown : [...shown, `${names.document}: and ${more} more`];
}

/** Returns a line for each change that stored binary does not survive. */
export function describeLosses(changes: readonly ImportChange[]): string[] {
  const losses = changes.filter(({ isLoss }) => isLoss);
  const shown = losses.slice(0, SHOWN).map(({ place, change }) => `${place}: ${change}`);
  const more = losses.length - shown.length;
  return [
    ...shown.map((line) => shorten(line, LONGEST_LINE)),
    ...(more > 0 ? [`and ${more} more; --report lists them`] : []),
  ];
}

function fileOf({ code }: ImportMistake, { document, config, lock }: ImportNames): string {
  switch (code) {
    case "invalid_config":
      return config ?? document;
    case "invalid_lock":
      return lock ?? document;
    default:
      return document;
  }
}
