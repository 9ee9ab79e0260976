import type { AnnotatedContent } from "./annotation.js";
import type { FieldShape, FindShape } from "./field-shape.js";
import type { Tag } from "./wire-reader.js";

/** The position of a message or map entry. */
export interface Place {
  readonly depth: number;
  readonly path: string;
}

/** The message or map entry that is being read. */
export interface Level extends Place {
  readonly find: FindShape;
  /** Whether the message is a JSON array, so that its field has the path of the message. */
  readonly nameless: boolean;
  /** Number of elements of each repeated field so far. */
  readonly counts: Map<number, number>;
}

/** Returns the path of a field; an unknown field has its number instead of a name. */
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

/** Returns the path of a field, with its index in a list or its key in a map. */
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
