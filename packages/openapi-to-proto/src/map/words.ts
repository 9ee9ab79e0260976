/**
 * Converts a name to PascalCase: words at anything but letters and digits, upper case inside words
 * kept. Returns an empty string if the name has no letter or digit of ASCII.
 */
export function toPascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** Converts a name to lower_snake_case, as `buf lint` expects it. */
export function toSnakeCase(name: string): string {
  return splitCase(words(name).join("_")).toLowerCase();
}

/** Converts a name to UPPER_SNAKE_CASE, as `buf lint` expects it for the prefix of enum values. */
export function toUpperSnakeCase(name: string): string {
  return splitCase(words(name).join("_")).toUpperCase();
}

/**
 * Returns the singular of an English plural in PascalCase; undefined if the name does not look like
 * one.
 */
export function toSingular(name: string): string | undefined {
  if (/[^aeiou]ies$/.test(name)) {
    return `${name.slice(0, -3)}y`;
  }
  if (/(?:ss|sh|ch|x)es$/.test(name)) {
    return name.slice(0, -2);
  }
  if (/[^su]s$/.test(name) && !/(?:is|as)$/.test(name)) {
    return name.slice(0, -1);
  }
  return undefined;
}

/** Returns what protoc compares when it looks for names that are too similar. */
export function toComparable(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function words(name: string): string[] {
  return name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
}

/** Begins a new word at an upper-case letter by the rules of `buf lint`. */
function splitCase(name: string): string {
  let result = "";
  for (const [index, char] of [...name].entries()) {
    const next = name.charAt(index + 1);
    const isNewWord =
      index > 0 &&
      isUpper(char) &&
      !result.endsWith("_") &&
      ((next !== "" && next !== "_" && !isUpper(next) && !isDigit(next)) ||
        isLower(name.charAt(index - 1)));
    result += isNewWord ? `_${char}` : char;
  }
  return result;
}

function isUpper(char: string): boolean {
  return char >= "A" && char <= "Z";
}

function isLower(char: string): boolean {
  return char >= "a" && char <= "z";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

/** Returns whether a text has half of a surrogate pair. */
export function isIllFormed(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
