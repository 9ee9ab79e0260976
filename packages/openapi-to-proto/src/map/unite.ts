import type { SchemaConfig } from "../config/config.js";
import { widerNumber } from "./integers.js";
import { mergeObjects } from "./merge-objects.js";
import type { Schemas } from "./schemas.js";
import type {
  ArrayShape,
  EnumShape,
  ObjectShape,
  ScalarShape,
  SchemaNode,
  Shape,
} from "./shape.js";
import { chooseTag, type TagGroup } from "./tags.js";
import { toPascalCase } from "./words.js";

/** What the config decides about a union. */
export type UnionOptions = Pick<SchemaConfig, "openEnum" | "merge" | "tag">;

/**
 * Returns what any of the shapes describes: the only arm, or a union with at most one arm for each
 * JSON type, apart from objects that a member tells apart.
 */
export function unite(
  node: SchemaNode,
  shapes: readonly Shape[],
  schemas: Schemas,
  options: UnionOptions | undefined,
): Shape {
  const [sole, ...others] = shapes.filter(({ kind }) => kind !== "never");
  if (sole?.kind === "union" && others.length === 0 && options === undefined) {
    // A union or null is that union, with its name.
    return sole;
  }
  const flat = shapes.flatMap((shape) => (shape.kind === "union" ? shape.arms : [shape]));
  const any = flat.find(({ kind }) => kind === "any" || kind === "chosen");
  if (any !== undefined) {
    return any;
  }
  const objects = withMaps(
    uniteObjects(node, flat, schemas, options),
    uniteMaps(node, flat, schemas),
  );
  const arms = [
    ...uniteStrings(node, flat, schemas, options),
    ...uniteNumbers(flat),
    ...flat.filter((shape) => isScalar(shape, "bool")).slice(0, 1),
    ...objects.arms,
    ...uniteArrays(node, flat, schemas),
  ];
  const [only, second] = arms;
  if (only === undefined) {
    return { kind: "never" };
  }
  if (second === undefined) {
    return only;
  }
  for (const arm of arms) {
    renameArm(node, arm, objects.arms.length);
  }
  return { kind: "union", node, arms, tag: objects.tag, withoutTag: objects.withoutTag };
}

function isScalar(shape: Shape, ...names: readonly string[]): boolean {
  return shape.kind === "scalar" && names.includes(shape.name);
}

function isText(shape: Shape): shape is ScalarShape {
  return isScalar(shape, "string", "bytes");
}

function uniteStrings(
  node: SchemaNode,
  shapes: readonly Shape[],
  schemas: Schemas,
  options: UnionOptions | undefined,
): Shape[] {
  const enums = distinct(shapes.filter((shape) => shape.kind === "enum"));
  const texts = shapes.filter(isText);
  const text = texts.find(({ name }) => name === "string") ?? texts[0];
  if (text === undefined) {
    return uniteEnums(node, enums, schemas);
  }
  if (options?.openEnum === true) {
    return [...uniteEnums(node, enums, schemas), text];
  }
  // Every string is valid, so an enum only lists known ones.
  const known = new Set([
    ...texts.flatMap((each) => each.known ?? []),
    ...enums.flatMap(({ values }) => values),
  ]);
  return known.size === (text.known?.length ?? 0) ? [text] : [{ ...text, known: [...known] }];
}

function uniteEnums(node: SchemaNode, enums: readonly EnumShape[], schemas: Schemas): EnumShape[] {
  const [first] = enums;
  if (first === undefined || enums.length === 1) {
    return first === undefined ? [] : [first];
  }
  const values = [...new Set(enums.flatMap((each) => each.values))];
  const known = enums.find((each) => each.values.length === values.length);
  if (known !== undefined) {
    return [known];
  }
  const merged = derive(node, "enum", schemas);
  return [{ kind: "enum", node: merged, values }];
}

function uniteNumbers(shapes: readonly Shape[]): Shape[] {
  const numbers = shapes.filter(
    (shape) => shape.kind === "scalar" && !isScalar(shape, "string", "bytes", "bool"),
  );
  const [first, ...others] = numbers.flatMap((shape) =>
    shape.kind === "scalar" ? [shape.name] : [],
  );
  return first === undefined ? [] : [{ kind: "scalar", name: others.reduce(widerNumber, first) }];
}

function uniteMaps(node: SchemaNode, shapes: readonly Shape[], schemas: Schemas): Shape[] {
  const free = shapes.find((shape) => shape.kind === "free");
  if (free !== undefined) {
    return [free];
  }
  const values = [
    ...new Set(shapes.flatMap((shape) => (shape.kind === "map" ? [shape.value] : []))),
  ];
  const [first, ...others] = values;
  if (first === undefined) {
    return [];
  }
  const value = schemas.combined("any", [first, ...others], node.pointer, () => first.hint);
  return [{ kind: "map", value }];
}

function uniteArrays(node: SchemaNode, shapes: readonly Shape[], schemas: Schemas): ArrayShape[] {
  const arrays = distinct(shapes.filter((shape) => shape.kind === "array"));
  const [first, second] = arrays;
  if (first === undefined || second === undefined) {
    return first === undefined ? [] : [first];
  }
  const merged = derive(node, "array", schemas);
  const [item, ...items] = arrays.flatMap((array) => array.items ?? []);
  if (item === undefined || items.length + 1 < arrays.length) {
    return [{ kind: "array", node: merged, items: undefined }];
  }
  const hint = () => `${node.hint}Item`;
  const element = schemas.combined("any", [item, ...items], node.pointer, hint);
  return [{ kind: "array", node: merged, items: element }];
}

interface Objects {
  readonly arms: readonly Shape[];
  readonly tag?: string;
  readonly withoutTag?: ObjectShape | undefined;
}

/**
 * Adds maps and objects that the document does not describe. Where a tag selects objects, the arm for
 * other values takes these; otherwise, nothing tells them apart from an object with members.
 */
function withMaps(objects: Objects, maps: readonly Shape[]): Objects {
  if (maps.length === 0 || objects.arms.length > 1) {
    return objects;
  }
  return { arms: objects.arms.length === 0 ? maps : [{ kind: "free" }] };
}

function uniteObjects(
  node: SchemaNode,
  shapes: readonly Shape[],
  schemas: Schemas,
  options: UnionOptions | undefined,
): Objects {
  const objects = distinct(shapes.filter((shape) => shape.kind === "object"));
  if (objects.length < 2) {
    return { arms: objects };
  }
  const discriminator = node.content.kind === "any" ? node.content.discriminator : undefined;
  const choice =
    options?.merge === true
      ? undefined
      : chooseTag(objects, { chosen: options?.tag, discriminator }, schemas);
  if (choice === undefined) {
    return { arms: [mergeObjects(derive(node, "merged", schemas), objects, schemas)] };
  }
  const arms = choice.groups.map((group) => uniteGroup(node, group, schemas));
  const index = choice.groups.findIndex(({ withoutTag }) => withoutTag);
  return { arms, tag: choice.tag, withoutTag: arms[index] };
}

function uniteGroup(
  node: SchemaNode,
  { value, arms: [first, ...others] }: TagGroup,
  schemas: Schemas,
): ObjectShape {
  const addition = toPascalCase(value) || "Object";
  if (others.length === 0) {
    rename(first.node, node, addition);
    return first;
  }
  const merged = derive(node, `=${value}`, schemas);
  rename(merged, node, addition);
  return mergeObjects(merged, [first, ...others], schemas);
}

/** Gives an arm of a union that has no name of its own another name than the union. */
function renameArm(node: SchemaNode, arm: Shape, objects: number): void {
  switch (arm.kind) {
    case "enum":
      rename(arm.node, node, "Enum");
      break;
    case "array":
      rename(arm.node, node, "List");
      break;
    case "object":
      if (objects === 1) {
        rename(arm.node, node, "Object");
      }
  }
}

/** Adds to the name of a node, if it has no other name than that of the union around it. */
function rename(arm: SchemaNode, union: SchemaNode, addition: string): void {
  if (arm.key !== arm.component && arm.hint === union.hint) {
    arm.rename(() => `${union.hint}${addition}`);
  }
}

function derive(node: SchemaNode, name: string, schemas: Schemas): SchemaNode {
  return schemas.derived(
    `${node.key}#${name}`,
    node.pointer,
    () => node.hint,
    { kind: "any", arms: [] },
    node.component,
  );
}

function distinct<S extends { readonly node: SchemaNode }>(shapes: readonly S[]): S[] {
  return [...new Map(shapes.map((shape) => [shape.node, shape])).values()];
}
