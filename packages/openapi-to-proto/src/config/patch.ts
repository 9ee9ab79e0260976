import { pointerTo } from "@stepwire/json";
import type { ReportMistake } from "../error.js";
import { shorten, valueAt } from "../read/reference.js";
import type { ImportConfig } from "./config.js";

type JsonObject = Readonly<Record<string, unknown>>;

/** The places of a document where named schemas are. */
export const COMPONENTS: readonly string[] = ["/components/schemas", "/$defs", "/definitions"];

/**
 * Returns the document with the patches of the config. A patch of a name that the document does not
 * have makes a new schema.
 */
export function applyPatches(
  document: object,
  config: ImportConfig,
  report: ReportMistake,
): object {
  let result: unknown = document;
  for (const [key, { patch }] of config.schemas ?? []) {
    if (patch === undefined) {
      continue;
    }
    const pointer = key.startsWith("/") ? key : placeOf(key, document);
    if (key.startsWith("/") && valueAt(result, pointer) === undefined) {
      report({
        code: "invalid_config",
        pointer: pointerTo("/schemas", key),
        expected: "the JSON Pointer of a schema in the document",
        found: shorten(key),
      });
      continue;
    }
    result = patchAt(result, keysOf(pointer), patch);
  }
  return isObject(result) ? result : document;
}

/** Returns the pointer of a named schema, or the one that it is to get. */
function placeOf(name: string, document: object): string {
  const place =
    COMPONENTS.find((each) => valueAt(document, pointerTo(each, name)) !== undefined) ??
    COMPONENTS.find((each) => valueAt(document, each) !== undefined) ??
    ("openapi" in document ? "/components/schemas" : "/$defs");
  return pointerTo(place, name);
}

function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns a copy of the value in which only the patched place is different. */
function patchAt(value: unknown, [key, ...others]: readonly string[], patch: JsonObject): unknown {
  if (key === undefined) {
    return mergePatch(value, patch);
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) =>
      String(index) === key ? patchAt(each, others, patch) : each,
    );
  }
  const object = isObject(value) ? value : {};
  return withMember(object, key, patchAt(own(object, key), others, patch));
}

/** Applies a JSON Merge Patch (RFC 7396). */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) {
    return patch;
  }
  let result: JsonObject = isObject(target) ? target : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      result = Object.fromEntries(Object.entries(result).filter(([each]) => each !== name));
    } else {
      result = withMember(result, name, mergePatch(own(result, name), value));
    }
  }
  return result;
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Returns a copy with a member, which may be named `__proto__`. */
function withMember(object: JsonObject, name: string, value: unknown): JsonObject {
  return Object.fromEntries(new Map(Object.entries(object)).set(name, value));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
