import type { AnnotatedContent } from "./annotation.js";
import type { FieldShape, FindShape } from "./field-shape.js";
import type { Tag } from "./wire-reader.js";

/** Where a message or an entry of a map is. */
export interface Place {
  readonly depth: number;
  readonly path: string;
}

/** The message or entry at hand. */
export interface Level extends Place {
  readonly find: FindShape;
  /** The message is a JSON array, and its field goes by the message's own path. */
  readonly nameless: boolean;
  /** How many elements of each repeated field there were. */
  readonly counts: Map<number, number>;
}

/** The path of a field of the level; of an unknown one, its number stands for its name. */
export function fieldPath(
  { path, nameless }: Level,
  shape: FieldShape | undefined,
  fieldNumber: number,
): string {
  if (nameless && shape !== undefined) {
    return path;
  }
  const name = shape?.name ?? fieldNumber;
  return path === "" ? String(name) : `${path}.${name}`;
}

/** The path of a field, with its place in a list or its key in a map. */
export function elementPath(
  level: Level,
  { fieldNumber }: Tag,
  shape: FieldShape | undefined,
  content: AnnotatedContent,
  key: string | undefined,
): string {
  const path = fieldPath(level, shape, fieldNumber);
  if (key !== undefined) {
    return `${path}[${key}]`;
  }
  if (shape?.repeated !== true || content.kind === "unknown") {
    return path;
  }
  const index = level.counts.get(fieldNumber) ?? 0;
  const isPacked = content.kind === "packed";
  level.counts.set(fieldNumber, index + (isPacked ? content.values.length : 1));
  return isPacked ? path : `${path}[${index}]`;
}
