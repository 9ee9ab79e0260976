import { isObject, type JsonObject } from "./document.js";
import { pick, type Random } from "./random.js";
import { letters } from "./text.js";

const optional = [
  "usage",
  "last_error",
  "expires_at",
  "failed_at",
  "cancelled_at",
  "completed_at",
] as const;

/** A step without one of the members that the live service always writes. */
export function withoutMember(random: Random, step: JsonObject): JsonObject {
  const { [pick(random, optional)]: _, ...rest } = step;
  return rest;
}

/** A step with one member that the schema does not have, in the step or in one of its objects. */
export function withUnknownMember(random: Random, step: JsonObject): JsonObject {
  const name = `x_${letters(random, 6).toLowerCase()}`;
  const value = pick<() => unknown>(random, [
    () => random(100_000),
    () => letters(random, 20),
    () => null,
    () => true,
    () => ({ enabled: false, values: [random(10), random(10)] }),
  ])();
  const place = pick(random, [undefined, "step_details", "usage"]);
  const inner = place === undefined ? undefined : step[place];
  return place !== undefined && isObject(inner)
    ? { ...step, [place]: { ...inner, [name]: value } }
    : insertMember(random, step, name, value);
}

/** A step with a string that the schema's enum does not have. */
export function withUnknownEnum(random: Random, step: JsonObject): JsonObject {
  return random(2) === 0
    ? { ...step, status: pick(random, ["paused", "waiting_for_input", "archived"]) }
    : { ...step, last_error: { code: "content_filter", message: letters(random, 30) } };
}

/** Inserts a member at any place. */
function insertMember(random: Random, object: JsonObject, name: string, value: unknown) {
  const entries = Object.entries(object);
  entries.splice(random(entries.length + 1), 0, [name, value]);
  return Object.fromEntries(entries);
}
