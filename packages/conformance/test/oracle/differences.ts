import type { JsonValue } from "@bufbuild/protobuf";

type JsonObject = { readonly [name: string]: JsonValue };

/**
 * The members, without indexes, that one document has and another has not, or otherwise.
 * `null` counts as absent: packages write one for the other.
 */
export function lostMembers(before: JsonValue, after: JsonValue | undefined): string[] {
  return [...new Set(compare(before, after, ""))];
}

function compare(before: JsonValue, after: JsonValue | undefined, path: string): string[] {
  if (before === null && (after === null || after === undefined)) {
    return [];
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((element, index) => compare(element, after[index], `${path}[]`));
  }
  if (isObject(before) && isObject(after)) {
    return Object.entries(before).flatMap(([name, value]) =>
      compare(value, after[name], `${path}${path === "" ? "" : "."}${nameIn(path, name)}`),
    );
  }
  return Object.is(before, after) || before === after ? [] : [path];
}

/** Keys of maps are of no interest. */
function nameIn(path: string, name: string): string {
  return /(^|\.)(metadata|attributes)$/.test(path) ? "*" : name;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An error without the places and values of the document at hand. */
export function kindOfError(error: string): string {
  return error
    .replace(/ at line \d+ column \d+$/, "")
    .replace(/(?<![\w-])-?\d+(\.\d+)?(e[+-]?\d+)?(?![\w-])/gi, "N")
    .replaceAll("`", "'")
    .replaceAll("|", "/");
}
