/** Returns lines with a prefix; an empty line gets no trailing space. */
export function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${prefix}${line}`.trimEnd());
}

/** Returns "NotJson" for "not_json". */
export function toPascalCase(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Returns a set of bits as four hexadecimal digits: "0x0180". */
export function toHex(bits: number): string {
  return `0x${bits.toString(16).padStart(4, "0")}`;
}

/** Returns the text of a file with these lines. */
export function toFile(...lines: readonly (string | readonly string[])[]): string {
  return `${lines.flat().join("\n")}\n`;
}
