import { isObject, type Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode, SchemaObject } from "./shape.js";

/** The member that tells objects apart, and the objects that it does not tell apart, together. */
export interface TagChoice {
  readonly tag: string;
  readonly groups: readonly TagGroup[];
}

export interface TagGroup {
  /** The first string of the tag that selects these objects; empty if they do not have the tag. */
  readonly value: string;
  /** Whether objects without the tag are these. */
  readonly withoutTag: boolean;
  /** Whether each of the objects has one string only, or does not have the tag. */
  readonly isConstant: boolean;
  readonly arms: readonly [ObjectShape, ...ObjectShape[]];
}

/** Which members are tried first. */
export interface TagPreference {
  /** The only one that is tried, because the config says so. */
  readonly chosen: string | undefined;
  /** The discriminator of the document. */
  readonly discriminator: string | undefined;
}

/**
 * Returns the member that tells objects apart: one that has a constant or an enum in each of them,
 * except for at most one object that does not have it. "type" goes first, then the discriminator,
 * then all other members; a member with different strings in all objects goes before one that some
 * objects share, and this before one that some objects do not have.
 */
export function chooseTag(
  objects: readonly ObjectShape[],
  { chosen, discriminator }: TagPreference,
  schemas: Schemas,
): TagChoice | undefined {
  const preferred =
    chosen === undefined
      ? ["type", ...(discriminator === undefined ? [] : [discriminator])]
      : [chosen];
  const others = chosen === undefined ? objects.flatMap(({ members }) => [...members.keys()]) : [];
  let best: TagChoice | undefined;
  let bestRank = 0;
  for (const tag of new Set([...preferred, ...others])) {
    const groups = groupBy(objects, tag, schemas);
    const rank = groups === undefined ? 0 : rankOf(groups, objects.length, preferred.includes(tag));
    if (groups !== undefined && rank > bestRank) {
      best = { tag, groups };
      bestRank = rank;
    }
  }
  return best;
}

/** Returns how well a tag tells objects apart; 0 if it does not. */
function rankOf(groups: readonly TagGroup[], count: number, isPreferred: boolean): number {
  if (groups.length < 2) {
    return 0;
  }
  // An enum in some of the objects tells nothing about the others.
  const isTagged = groups.every(({ value }) => value !== "");
  if (!(isTagged || isPreferred || groups.every(({ isConstant }) => isConstant))) {
    return 0;
  }
  const isDistinct = groups.length === count;
  return (isTagged ? 2 : 0) + (isDistinct ? 1 : 0) + 1;
}

interface Group {
  readonly values: Set<string>;
  readonly arms: [ObjectShape, ...ObjectShape[]];
  isOptional: boolean;
  isConstant: boolean;
}

/** Groups objects with a string in common; returns undefined if the tag may be any string. */
function groupBy(
  objects: readonly ObjectShape[],
  tag: string,
  schemas: Schemas,
): TagGroup[] | undefined {
  let groups: Group[] = [];
  for (const object of objects) {
    const member = object.members.get(tag);
    const strings = member === undefined ? [] : stringsOf(member, schemas, 0);
    if (strings === undefined || strings.includes("")) {
      return undefined;
    }
    groups = join(groups, (group) => strings.some((each) => group.values.has(each)), {
      values: new Set(strings),
      arms: [object],
      isOptional: !object.required.has(tag),
      isConstant: strings.length <= 1,
    });
  }
  return joinOptional(groups).map(({ values: [value = ""], arms, isOptional, isConstant }) => ({
    value,
    withoutTag: isOptional,
    isConstant,
    arms,
  }));
}

/**
 * Joins the groups whose objects may be without the tag: nothing tells such objects apart. If all
 * may be without it, the document forgot to require it, and no group takes such objects.
 */
function joinOptional(groups: readonly Group[]): readonly Group[] {
  const optional = groups.filter(({ isOptional }) => isOptional);
  const [first, ...others] = optional;
  if (first === undefined || others.length === 0) {
    return groups;
  }
  if (optional.length === groups.length && groups.every(({ values }) => values.size > 0)) {
    return groups.map((group) => ({ ...group, isOptional: false }));
  }
  return others.reduce<readonly Group[]>(
    (joined, other) =>
      join(
        joined.filter((group) => group !== other),
        (group) => group === first,
        other,
      ),
    groups,
  );
}

/** Adds a group to those that it belongs to, which become one. */
function join(groups: readonly Group[], belongs: (group: Group) => boolean, added: Group): Group[] {
  const [first, ...others] = groups.filter(belongs);
  if (first === undefined) {
    return [...groups, added];
  }
  for (const other of [...others, added]) {
    for (const value of other.values) {
      first.values.add(value);
    }
    first.arms.push(...other.arms);
    first.isOptional ||= other.isOptional;
    first.isConstant &&= other.isConstant;
  }
  return groups.filter((group) => !others.includes(group));
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
