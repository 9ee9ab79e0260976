import { isObject, type Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode, SchemaObject } from "./shape.js";

/** The member that tells objects apart, and the objects that it does not tell apart, together. */
export interface TagChoice {
  readonly tag: string;
  readonly groups: readonly TagGroup[];
}

export interface TagGroup {
  /** The first string of the tag that selects these objects. */
  readonly value: string;
  readonly arms: readonly [ObjectShape, ...ObjectShape[]];
}

/**
 * Returns the member that tells objects apart: one that has a constant or an enum in each of them.
 * "type" goes first, then the discriminator, then the members of the first object; a member with
 * different strings in all objects goes before one that some objects share.
 */
export function chooseTag(
  objects: readonly ObjectShape[],
  discriminator: string | undefined,
  schemas: Schemas,
): TagChoice | undefined {
  const names = new Set([
    "type",
    ...(discriminator === undefined ? [] : [discriminator]),
    ...(objects[0]?.members.keys() ?? []),
  ]);
  let best: TagChoice | undefined;
  for (const tag of names) {
    const strings = objects.map(({ members }) => {
      const member = members.get(tag);
      return member === undefined ? undefined : stringsOf(member, schemas, 0);
    });
    if (strings.every((each) => each !== undefined)) {
      const groups = groupBy(objects, strings);
      if (groups.length === objects.length) {
        return { tag, groups };
      }
      if (groups.length > 1) {
        best ??= { tag, groups };
      }
    }
  }
  return best;
}

/** Groups objects with a string in common. */
function groupBy(
  objects: readonly ObjectShape[],
  strings: readonly (readonly string[])[],
): TagGroup[] {
  let groups: { values: Set<string>; arms: [ObjectShape, ...ObjectShape[]] }[] = [];
  for (const [index, object] of objects.entries()) {
    const values = new Set(strings[index]);
    const [first, ...others] = groups.filter((group) =>
      [...values].some((v) => group.values.has(v)),
    );
    if (first === undefined) {
      groups.push({ values, arms: [object] });
      continue;
    }
    for (const other of [...others, { values, arms: [object] }]) {
      for (const value of other.values) {
        first.values.add(value);
      }
      first.arms.push(...other.arms);
    }
    groups = groups.filter((group) => !others.includes(group));
  }
  return groups.map(({ values: [value = ""], arms }) => ({ value, arms }));
}

/** How many references and unions lead to the strings of a tag, at most. */
const MAX_STEPS = 10;

/**
 * Returns the strings of a constant or an enum; undefined if the schema is anything else. This does
 * not resolve the schema, because it may contain the union whose tag is searched.
 */
export function stringsOf(
  node: SchemaNode,
  schemas: Schemas,
  steps: number,
): readonly string[] | undefined {
  if (steps > MAX_STEPS) {
    return undefined;
  }
  switch (node.content.kind) {
    case "all":
      return firstStrings(node.content.parts, schemas, steps);
    case "any":
      return allStrings(node.content.arms, schemas, steps);
    case "schema": {
      const { schema } = node.content;
      return typeof schema === "boolean" ? undefined : ofSchema(node, schema, schemas, steps);
    }
  }
}

function ofSchema(
  node: SchemaNode,
  schema: SchemaObject,
  schemas: Schemas,
  steps: number,
): readonly string[] | undefined {
  const values: unknown = "const" in schema ? [schema["const"]] : schema["enum"];
  if (Array.isArray(values)) {
    const strings = values.filter((value) => typeof value === "string");
    const others = values.filter((value) => typeof value !== "string" && value !== null);
    return strings.length > 0 && others.length === 0 ? strings : undefined;
  }
  if (schema["$ref"] !== undefined) {
    const target = schemas.target(node, "$ref", schema["$ref"]);
    return target && stringsOf(target, schemas, steps + 1);
  }
  for (const keyword of ["allOf", "oneOf", "anyOf"]) {
    const parts: unknown = schema[keyword];
    if (Array.isArray(parts)) {
      const nodes = parts
        .map((part: unknown, index) =>
          schemas.child(node, [keyword, index], part, () => node.hint, node.component),
        )
        .filter((part) => !isNull(part));
      return keyword === "allOf"
        ? firstStrings(nodes, schemas, steps)
        : allStrings(nodes, schemas, steps);
    }
  }
  return undefined;
}

function firstStrings(
  nodes: readonly SchemaNode[],
  schemas: Schemas,
  steps: number,
): readonly string[] | undefined {
  for (const node of nodes) {
    const strings = stringsOf(node, schemas, steps + 1);
    if (strings !== undefined) {
      return strings;
    }
  }
  return undefined;
}

function allStrings(
  nodes: readonly SchemaNode[],
  schemas: Schemas,
  steps: number,
): readonly string[] | undefined {
  const strings = nodes.map((node) => stringsOf(node, schemas, steps + 1));
  return strings.length > 0 && strings.every((each) => each !== undefined)
    ? [...new Set(strings.flat())]
    : undefined;
}

function isNull({ content }: SchemaNode): boolean {
  return content.kind === "schema" && isObject(content.schema) && content.schema["type"] === "null";
}
