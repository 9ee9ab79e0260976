import { pointerTo } from "@stepwire/json";
import { pointerOf, valueAt } from "../read/reference.js";
import type { UncheckedPlace } from "./model.js";

/** Rules for values that have no place in a `.proto` file. */
const RULES = [
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
  "contains",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "propertyNames",
  "patternProperties",
  "dependentRequired",
  "dependentSchemas",
  "dependencies",
  "not",
  "if",
];

/** Formats that decide the type of a field, which checks them. */
const TYPED_FORMATS: readonly unknown[] = [
  "int32",
  "int64",
  "uint32",
  "uint64",
  "float",
  "double",
  "byte",
  "binary",
];

/** Members of a schema with one schema, with a list of schemas, and with schemas by name. */
const ONE = ["items", "additionalProperties"];
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"];
const MAPS = ["properties"];

/**
 * Finds the rules of schemas that an import does not check, in all schemas that the roots refer to.
 *
 * @param roots the JSON Pointers of the roots.
 */
export function findUnchecked(document: unknown, roots: Iterable<string>): UncheckedPlace[] {
  const places: UncheckedPlace[] = [];
  const visited = new Set<string>();
  const waiting = [...roots].reverse();
  for (let pointer = waiting.pop(); pointer !== undefined; pointer = waiting.pop()) {
    const schema = valueAt(document, pointer);
    if (visited.has(pointer) || !isObject(schema)) {
      continue;
    }
    visited.add(pointer);
    const keywords = rulesOf(schema);
    if (keywords.length > 0) {
      places.push({ pointer, keywords });
    }
    waiting.push(...childrenOf(schema, pointer).reverse());
  }
  return places;
}

function rulesOf(schema: SchemaObject): string[] {
  const { format } = schema;
  const rules = RULES.filter((rule) => schema[rule] !== undefined && schema[rule] !== false);
  return format === undefined || TYPED_FORMATS.includes(format) ? rules : [...rules, "format"];
}

function childrenOf(schema: SchemaObject, pointer: string): string[] {
  const reference = "$ref" in schema ? pointerOf(schema["$ref"], pointer) : undefined;
  return [
    ...(reference !== undefined && "pointer" in reference ? [reference.pointer] : []),
    ...ONE.filter((name) => isObject(schema[name])).map((name) => pointerTo(pointer, name)),
    ...[...LISTS, ...MAPS].flatMap((name) => {
      const children = schema[name];
      const place = pointerTo(pointer, name);
      return isObject(children) ? Object.keys(children).map((key) => pointerTo(place, key)) : [];
    }),
  ];
}

type SchemaObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object or an array: the keys of an array are its indexes. */
function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null;
}
