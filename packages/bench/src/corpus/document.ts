/** A JSON object before it is written. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes every object of a value, the inner ones first. */
export function mapObjects(value: unknown, change: (object: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => mapObjects(item, change));
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value).map(([name, item]) => [name, mapObjects(item, change)]);
  return change(Object.fromEntries(entries));
}
