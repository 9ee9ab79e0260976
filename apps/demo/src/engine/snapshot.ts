import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { stringifyOpenAI } from "@stepwire/openai-json";
import type { StepBlock, StepPart, StepSnapshot } from "../model/stream.js";

/** A JSON object whose members are not known. */
type JsonObject = Readonly<Record<string, unknown>>;

/** An object that a stream is about, in the words and texts that are shown of it. */
export function snapshotOf<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): StepSnapshot {
  const object = jsonOf(schema, message);
  const { id, status, usage, ...others } = object;
  const used = isObject(usage) ? numbersIn(usage) : "";
  return {
    id: stringOf(id),
    status: stringOf(status),
    parts: Object.entries(others).flatMap(([name, value]) => partsOf(name, value)),
    ...(used !== "" && { usage: used }),
  };
}

/** The JSON of a message, for showing it: numbers may lose digits. */
export function jsonOf<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): JsonObject {
  const json: unknown = JSON.parse(stringifyOpenAI(schema, message));
  return isObject(json) ? json : {};
}

/**
 * The parts of an object: the elements of its lists, and the objects in it that hold
 * only texts and numbers.
 */
function partsOf(name: string, value: unknown): StepPart[] {
  if (Array.isArray(value)) {
    return value.filter(isObject).map((element) => partOf(name, element));
  }
  if (!isObject(value)) {
    return [];
  }
  const inner = Object.entries(value).filter(([, held]) => typeof held === "object" && held);
  if (inner.length > 0) {
    return inner.flatMap(([innerName, held]) => partsOf(innerName, held));
  }
  const part = partOf(name, value);
  return part.blocks.length > 0 ? [part] : [];
}

function partOf(name: string, value: JsonObject): StepPart {
  const type = stringOf(value["type"]);
  return { title: type || name, id: stringOf(value["id"]), blocks: textsIn(value) };
}

/** Members that say what an object is; they are shown elsewhere, or not at all. */
const describing = ["id", "object", "type"];

/** The texts in a JSON value, each with the name of the member that it belongs to. */
export function textsIn(value: unknown, label: string = ""): StepBlock[] {
  if (typeof value === "string") {
    return value === "" ? [] : [{ label, text: value }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((element) => textsIn(element, label));
  }
  return isObject(value)
    ? Object.entries(value).flatMap(([name, held]) =>
        describing.includes(name) ? [] : textsIn(held, name),
      )
    : [];
}

function numbersIn(object: JsonObject): string {
  return Object.entries(object)
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
