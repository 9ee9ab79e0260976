import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { pointerTo } from "@stepwire/json";
import {
  type ArrayMapping,
  getMessageMapping,
  type MessageMapping,
  type ObjectMapping,
} from "@stepwire/mapping";
import type { Annotation } from "@stepwire/wire";

/** The JSON values that a field represents. */
export interface JsonLink {
  readonly pointers: readonly string[];
  /** The tag of a union, which the tag of the field represents. */
  readonly tagPointer?: string;
  readonly isResidue: boolean;
}

/** What the fields of a message or entry mean in JSON. */
type Context =
  | { readonly kind: "object"; readonly mapping: ObjectMapping; readonly pointer: string }
  | { readonly kind: "array"; readonly mapping: ArrayMapping; readonly pointer: string }
  | { readonly kind: "residue"; readonly mapping: ObjectMapping; readonly pointer: string }
  /** `Value`, `Struct` and `ListValue`. */
  | { readonly kind: "any"; readonly pointer: string }
  /** An entry of a map, or fields that mean nothing in JSON. */
  | { readonly kind: "entry"; readonly pointer: string | undefined; readonly isResidue: boolean };

interface Level {
  readonly context: Context;
  readonly path: string;
  /** Number of elements of each list so far. */
  readonly counts: Map<number, number>;
}

/** Finds the JSON value of each field of a message, in the order of the annotations. */
export function linkToJson(schema: DescMessage, annotations: readonly Annotation[]): JsonLink[] {
  const levels: Level[] = [newLevel(messageContext(schema, ""), "")];
  return annotations.map((annotation) => {
    levels.length = annotation.depth + 1;
    const level = levels[annotation.depth];
    if (level === undefined) {
      return { pointers: [], isResidue: false };
    }
    const { link, inner } = linkField(level, annotation);
    levels.push(newLevel(inner, annotation.path));
    return link;
  });
}

function newLevel(context: Context, path: string): Level {
  return { context, path, counts: new Map() };
}

/** A field's link, and what the fields within it mean. */
interface Linked {
  readonly link: JsonLink;
  readonly inner: Context;
}

function linkField(level: Level, annotation: Annotation): Linked {
  const { context } = level;
  switch (context.kind) {
    case "object":
      return linkMember(context.mapping, context.pointer, level, annotation);
    case "array":
      return linked(pointerTo(context.pointer, nextIndex(level, annotation)), annotation);
    case "residue":
      return linkResidue(context.mapping, context.pointer, level, annotation);
    case "any":
      return linkAny(context.pointer, level, annotation);
    case "entry":
      return linked(context.pointer, annotation, context.isResidue);
  }
}

function linkMember(
  mapping: ObjectMapping,
  pointer: string,
  level: Level,
  annotation: Annotation,
): Linked {
  const { field } = annotation;
  if (field === undefined) {
    return linked(undefined, annotation);
  }
  if (field.number === mapping.residue.number) {
    return {
      link: { pointers: [], isResidue: true },
      inner: { kind: "residue", mapping, pointer },
    };
  }
  for (const member of mapping.members) {
    if (member.kind === "field" && member.field.number === field.number) {
      return linked(elementPointer(pointerTo(pointer, member.name), level, annotation), annotation);
    }
  }
  return linkArm(mapping, pointer, field, annotation);
}

function linkArm(
  mapping: ObjectMapping,
  pointer: string,
  field: DescField,
  annotation: Annotation,
): Linked {
  for (const union of mapping.unions) {
    const tagPointer = pointerTo(pointer, union.tag);
    const arm = union.arms.find((each) => each.field.number === field.number);
    if (arm !== undefined) {
      // An arm without a payload has only a tag.
      const place = arm.name === undefined ? tagPointer : pointerTo(pointer, arm.name);
      const { link, inner } = linked(place, annotation);
      return { link: { ...link, tagPointer }, inner };
    }
    if (union.otherArm?.field.number === field.number) {
      return {
        link: {
          pointers: [pointerTo(pointer, union.content ?? "")],
          tagPointer,
          isResidue: false,
        },
        inner: { kind: "entry", pointer: undefined, isResidue: false },
      };
    }
  }
  return linked(undefined, annotation);
}

function linkResidue(
  mapping: ObjectMapping,
  pointer: string,
  level: Level,
  annotation: Annotation,
): Linked {
  const { content } = annotation;
  if (content.kind === "entry") {
    return linked(pointerTo(pointer, entryKey(level, annotation)), annotation, true);
  }
  const numbers = content.kind === "packed" ? content.values : [content];
  const pointers = numbers.flatMap((number) =>
    number.kind === "number" ? memberNames(mapping, Number(number.value)) : [],
  );
  return {
    link: { pointers: pointers.map((name) => pointerTo(pointer, name)), isResidue: true },
    inner: { kind: "entry", pointer: undefined, isResidue: true },
  };
}

/** Returns the members that a field number in a residue refers to. */
function memberNames(mapping: ObjectMapping, fieldNumber: number): string[] {
  const names = mapping.members
    .filter((member) => member.kind === "field" && member.field.number === fieldNumber)
    .map(({ name }) => name);
  const arms = mapping.unions
    .flatMap(({ arms }) => arms)
    .filter(({ field }) => field.number === fieldNumber)
    .flatMap(({ name }) => name ?? []);
  return [...names, ...arms];
}

function linkAny(pointer: string, level: Level, annotation: Annotation): Linked {
  const { field, content } = annotation;
  if (content.kind === "entry") {
    return linked(pointerTo(pointer, entryKey(level, annotation)), annotation);
  }
  const child =
    field?.fieldKind === "list" ? pointerTo(pointer, nextIndex(level, annotation)) : pointer;
  return { link: { pointers: [child], isResidue: false }, inner: { kind: "any", pointer: child } };
}

/** The pointer of a field that may be a list or map, of which this is one element. */
function elementPointer(pointer: string, level: Level, annotation: Annotation): string {
  if (annotation.content.kind === "entry") {
    return pointerTo(pointer, entryKey(level, annotation));
  }
  return annotation.field?.fieldKind === "list"
    ? pointerTo(pointer, nextIndex(level, annotation))
    : pointer;
}

function nextIndex({ counts }: Level, { fieldNumber }: Annotation): number {
  const index = counts.get(fieldNumber) ?? 0;
  counts.set(fieldNumber, index + 1);
  return index;
}

/** The key of a map's entry, which is the last part of its path. */
function entryKey({ path }: Level, annotation: Annotation): string {
  const name = annotation.field?.name ?? "";
  const start = path.length + (path === "" ? 0 : 1) + name.length;
  const key: unknown = JSON.parse(annotation.path.slice(start + 1, -1));
  return String(key);
}

function linked(pointer: string | undefined, annotation: Annotation, isResidue = false): Linked {
  const { content } = annotation;
  const link = { pointers: pointer === undefined ? [] : [pointer], isResidue };
  if (content.kind === "message" && pointer !== undefined && !isResidue) {
    return { link, inner: messageContext(content.desc, pointer) };
  }
  return { link, inner: { kind: "entry", pointer, isResidue } };
}

function messageContext(desc: DescMessage, pointer: string): Context {
  if (desc.typeName.startsWith("google.protobuf.")) {
    return { kind: "any", pointer };
  }
  const mapping: MessageMapping = getMessageMapping(desc);
  switch (mapping.kind) {
    case "object":
      return { kind: "object", mapping, pointer };
    case "array":
      return { kind: "array", mapping, pointer };
    default:
      // The payload of its arm is in its own place.
      return { kind: "entry", pointer, isResidue: false };
  }
}
