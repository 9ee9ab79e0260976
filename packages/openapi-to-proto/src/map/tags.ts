import { isObject, type Schemas } from "./schemas.js";
import type { ObjectShape, SchemaNode, SchemaObject } from "./shape.js";
import { isIllFormed } from "./words.js";

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
  const strings = stringsByTag(objects, chosen, schemas);
  let best: TagChoice | undefined;
  let bestRank = 0;
  for (const tag of candidates(preferred, strings)) {
    const groups = groupBy(objects, tag, strings.get(tag) ?? new Map());
    const rank = rankOf(groups, objects.length, preferred.includes(tag));
    if (rank > bestRank) {
      best = { tag, groups };
      bestRank = rank;
    }
    if (rank === BEST_RANK) {
      break;
    }
  }
  return best;
}

/** The strings of a tag by the objects that have it. */
type TagStrings = ReadonlyMap<ObjectShape, readonly string[]>;

/** Returns the members that have a constant or an enum in all objects that have them. */
function stringsByTag(
  objects: readonly ObjectShape[],
  chosen: string | undefined,
  schemas: Schemas,
): ReadonlyMap<string, TagStrings> {
  const byTag = new Map<string, Map<ObjectShape, readonly string[]>>();
  // A member that an object requires but does not describe may have any value.
  const others = new Set(
    objects.flatMap(({ members, required }) => [...required].filter((name) => !members.has(name))),
  );
  for (const object of objects) {
    for (const [name, member] of object.members) {
      if (others.has(name) || (chosen !== undefined && name !== chosen)) {
        continue;
      }
      const strings = stringsOf(member, schemas);
      if (strings === undefined || strings.includes("") || strings.some(isIllFormed)) {
        others.add(name);
        byTag.delete(name);
      } else {
        const known = byTag.get(name) ?? new Map<ObjectShape, readonly string[]>();
        byTag.set(name, known.set(object, strings));
      }
    }
  }
  return byTag;
}

/** Returns the tags to try: the preferred ones, and those that most objects have. */
function candidates(
  preferred: readonly string[],
  strings: ReadonlyMap<string, TagStrings>,
): readonly string[] {
  const names = [...strings.keys()];
  const sizes = names.map((name) => strings.get(name)?.size ?? 0).sort((one, other) => other - one);
  const least = sizes[MAX_TAGS - 1] ?? 0;
  const most = names.filter((name) => (strings.get(name)?.size ?? 0) >= least);
  return [
    ...preferred.filter((name) => strings.has(name)),
    ...most.filter((name) => !preferred.includes(name)).slice(0, MAX_TAGS),
  ];
}

/** How many members are tried as a tag, apart from the preferred ones. */
const MAX_TAGS = 64;
/** The rank of a tag that has different strings in all objects. */
const BEST_RANK = 4;

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

/** Groups objects with a string in common. */
function groupBy(objects: readonly ObjectShape[], tag: string, strings: TagStrings): TagGroup[] {
  const groups = new Set<Group>();
  const byValue = new Map<string, Group>();
  for (const object of objects) {
    const values = strings.get(object) ?? [];
    const added: Group = {
      values: new Set(values),
      arms: [object],
      isOptional: !object.required.has(tag),
      isConstant: values.length <= 1,
    };
    const [first, ...others] = new Set(values.flatMap((value) => byValue.get(value) ?? []));
    if (first === undefined) {
      groups.add(added);
    } else {
      absorb(first, [...others, added]);
      for (const other of others) {
        groups.delete(other);
      }
    }
    const group = first ?? added;
    for (const value of [...values, ...others.flatMap((other) => [...other.values])]) {
      byValue.set(value, group);
    }
  }
  return joinOptional([...groups]).map(
    ({ values: [value = ""], arms, isOptional, isConstant }) => ({
      value,
      withoutTag: isOptional,
      isConstant,
      arms,
    }),
  );
}

/**
 * Joins the groups whose objects may be without the tag: nothing tells such objects apart. If all
 * may be without it, the document forgot to require it, and no group takes such objects.
 */
function joinOptional(groups: readonly Group[]): readonly Group[] {
  const [first, ...others] = groups.filter(({ isOptional }) => isOptional);
  if (first === undefined || others.length === 0) {
    return groups;
  }
  if (groups.every(({ isOptional, values }) => isOptional && values.size > 0)) {
    return groups.map((group) => ({ ...group, isOptional: false }));
  }
  absorb(first, others);
  return groups.filter((group) => group === first || !group.isOptional);
}

/** Adds the values and objects of other groups to a group. */
function absorb(group: Group, others: readonly Group[]): void {
  for (const other of others) {
    for (const value of other.values) {
      group.values.add(value);
    }
    group.arms.push(...other.arms);
    group.isOptional ||= other.isOptional;
    group.isConstant &&= other.isConstant;
  }
}

/** How many references and unions lead to the strings of a tag, at most. */
export const MAX_STEPS = 50;

/** What is known about nodes; undefined also for those that are being asked. */
const known = new WeakMap<SchemaNode, { readonly strings: readonly string[] | undefined }>();

/**
 * Returns the strings of a constant or an enum; undefined if the schema is anything else. This does
 * not resolve the schema, because it may contain the union whose tag is searched.
 */
export function stringsOf(
  node: SchemaNode,
  schemas: Schemas,
  steps = 0,
): readonly string[] | undefined {
  const former = known.get(node);
  if (former !== undefined || steps > MAX_STEPS) {
    return former?.strings;
  }
  known.set(node, { strings: undefined });
  const strings = findStrings(node, schemas, steps);
  known.set(node, { strings });
  return strings;
}

function findStrings(
  node: SchemaNode,
  schemas: Schemas,
  steps: number,
): readonly string[] | undefined {
  const { content } = node;
  switch (content.kind) {
    case "all":
      return firstStrings(content.parts, schemas, steps);
    case "any":
      return allStrings(content.arms, schemas, steps);
    case "schema":
      return typeof content.schema === "boolean"
        ? undefined
        : ofSchema(node, content.schema, schemas, steps);
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
