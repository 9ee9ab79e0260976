/** A JSON value of a probe. Its numbers may be any JSON text, see `RawJson`. */
export type ProbeValue =
  | null
  | boolean
  | number
  | string
  | RawJson
  | readonly ProbeValue[]
  | ProbeObject;

/** An object of a probe. */
export interface ProbeObject {
  readonly [name: string]: ProbeValue;
}

/** JSON text that is written as it is, such as a number that no double holds. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Removes a value, see `edit`. */
export const REMOVED: unique symbol = Symbol("removed");

/** Writes a value as JSON. */
export function writeProbe(value: ProbeValue): string {
  if (value instanceof RawJson) {
    return value.text;
  }
  if (isList(value)) {
    return `[${value.map(writeProbe).join()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value);
    return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${writeProbe(each)}`).join()}}`;
  }
  return JSON.stringify(value);
}

/**
 * Returns a copy with other values at some JSON Pointers. A pointer that ends in `/-` appends to a
 * list. Missing members are added.
 */
export function edit(
  value: ProbeValue,
  changes: Iterable<readonly [pointer: string, value: ProbeValue | typeof REMOVED]>,
): ProbeValue {
  let result = value;
  for (const [pointer, change] of changes) {
    result = set(result, pointer.split("/").slice(1), change) ?? null;
  }
  return result;
}

function set(
  value: ProbeValue | undefined,
  path: readonly string[],
  change: ProbeValue | typeof REMOVED,
): ProbeValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) {
    return change === REMOVED ? undefined : change;
  }
  if (isList(value)) {
    const index = key === "-" ? value.length : Number(key);
    const element = set(value[index], rest, change);
    const copy = [...value];
    copy.splice(index, 1, ...(element === undefined ? [] : [element]));
    return copy;
  }
  const members = isObject(value) ? value : {};
  const member = set(members[key], rest, change);
  const { [key]: _former, ...others } = members;
  if (member === undefined) {
    return others;
  }
  return key in members
    ? Object.fromEntries(Object.entries(members).map(([n, v]) => [n, n === key ? member : v]))
    : { ...members, [key]: member };
}

/** Maps, whose members are those of the user: they are never unknown, and their values have a type. */
const MAPS = ["metadata"];

/** Returns a copy in which each object, at every level, has further members; except maps. */
export function addToEachObject(value: ProbeValue, members: ProbeObject): ProbeValue {
  if (isList(value)) {
    return value.map((element) => addToEachObject(element, members));
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).map(([name, each]) => [
    name,
    MAPS.includes(name) ? each : addToEachObject(each, members),
  ]);
  return { ...Object.fromEntries(entries), ...members };
}

function isList(value: ProbeValue | undefined): value is readonly ProbeValue[] {
  return Array.isArray(value);
}

function isObject(value: ProbeValue | undefined): value is ProbeObject {
  return (
    typeof value === "object" && value !== null && !isList(value) && !(value instanceof RawJson)
  );
}
