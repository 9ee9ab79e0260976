import { isObject, type JsonObject, mapObjects } from "./document.js";
import { type Random, shuffle } from "./random.js";

/** The order of members in OpenAI's published document, where the live service has another. */
export const specOrders: Readonly<Record<string, readonly string[]>> = {
  RunStepObject: [
    "id",
    "object",
    "created_at",
    "assistant_id",
    "thread_id",
    "run_id",
    "type",
    "status",
    "step_details",
    "last_error",
    "expired_at",
    "cancelled_at",
    "failed_at",
    "completed_at",
    "metadata",
    "usage",
  ],
  RunStepCompletionUsage: ["completion_tokens", "prompt_tokens", "total_tokens"],
};

/** Gives a step, or a page of steps, the members of the published document in its order. */
export function inSpecOrder(value: unknown): unknown {
  return mapObjects(value, (object) => {
    if (object["object"] === "thread.run.step") {
      const { expires_at: _, ...rest } = object;
      return reorder({ expired_at: null, metadata: {}, ...rest }, specOrders["RunStepObject"]);
    }
    return "prompt_tokens" in object
      ? reorder(object, specOrders["RunStepCompletionUsage"])
      : object;
  });
}

/**
 * Gives a document the order in which the SDKs for Python and Node declare members: the required
 * ones first, and both groups by the alphabet, except that `id` and `index` are first. Members that
 * an SDK does not know are last; it adds those that it expects.
 */
export function inSdkOrder(value: unknown): unknown {
  return mapObjects(value, (object) => {
    if (object["object"] === "thread.run.step") {
      const { expires_at: unknown, ...rest } = object;
      const known = alphabetic({ expired_at: null, metadata: null, ...rest });
      return unknown === undefined ? known : { ...known, expires_at: unknown };
    }
    if ("index" in object) {
      return reorder(alphabetic(object), ["index", "type", "id"]);
    }
    if ("prompt_tokens" in object) {
      return reorder(object, specOrders["RunStepCompletionUsage"]);
    }
    if ("file_id" in object && "score" in object) {
      return reorder(object, ["file_id", "file_name", "score"]);
    }
    return isDeltaDetails(object) ? reorder(object, ["type"]) : alphabetic(object);
  });
}

/** Shuffles the members of all objects of a value. */
export function shuffled(random: Random, value: unknown): unknown {
  return mapObjects(value, (object) => Object.fromEntries(shuffle(random, Object.entries(object))));
}

/** In deltas, everything but the type is optional. */
function isDeltaDetails(object: JsonObject): boolean {
  const calls = object["tool_calls"];
  return Array.isArray(calls) && calls.some((call) => isObject(call) && "index" in call);
}

function alphabetic(object: JsonObject): JsonObject {
  const names = Object.keys(object).sort();
  return reorder(object, [...names.filter((name) => name === "id"), ...names]);
}

/** Moves some members to the front; the others keep their order. */
function reorder(object: JsonObject, first: readonly string[] = []): JsonObject {
  const names = new Set([...first.filter((name) => name in object), ...Object.keys(object)]);
  return Object.fromEntries([...names].map((name) => [name, object[name]]));
}
