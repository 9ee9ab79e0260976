import type { Mode } from "@stepwire/openai-json";

/** A list of run steps with a violation. */
export interface Hostile {
  readonly json?: Uint8Array;
  readonly binary?: Uint8Array;
  readonly mode?: Mode;
}

const encoder = new TextEncoder();

function filled(start: string, piece: string, end: string, size: number): Uint8Array {
  return encoder.encode(start + piece.repeat(size / piece.length) + end);
}

/**
 * Documents of about `size` bytes whose tree or message would take 50 to 1,000 times as much
 * memory.
 */
export const hostile: Readonly<Record<string, (size: number) => Hostile>> = {
  "empty steps in binary": (size) => ({
    binary: Uint8Array.from({ length: size - (size % 2) }, (_, index) => (index % 2 ? 0 : 0x0a)),
  }),
  "empty steps": (size) => ({ json: filled('{"data":[', "{},", "{}]}", size) }),
  "unknown empty lists, then no JSON": (size) => ({
    json: filled('{"x":[', "[],", "0]", size),
    mode: "archive",
  }),
  "unknown numbers, then a duplicate": (size) => ({
    json: filled('{"x":[', "0,", '0],"x":0}', size),
    mode: "archive",
  }),
  "unknown objects within each other": (size) => ({
    json: filled('{"x":[', `${'{"a":['.repeat(30)}${"]}".repeat(30)},`, "0]}", size),
  }),
  duplicates: (size) => ({ json: filled("{", '"a":0,', '"a":0}', size) }),
  "a long name with duplicates in it": (size) => ({
    json: filled('{"', "n", `":{${'"a":0,'.repeat(2000)}"a":0}}`, size),
  }),
};
