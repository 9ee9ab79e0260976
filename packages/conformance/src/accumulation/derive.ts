import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import {
  AccumulationError,
  type Accumulator,
  type AccumulatorOptions,
  createAccumulator,
} from "@stepwire/accumulate";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { schemaNamed } from "../schemas.js";
import type { AccumulatedObject, AccumulationVector, AccumulationVectorOptions } from "./format.js";

/** Events as JSON, from which a vector is made. */
export interface AccumulationInput {
  readonly name: string;
  readonly schema: string;
  readonly options?: AccumulationVectorOptions;
  /** JSON texts. */
  readonly events: readonly string[];
}

/** Returns what the reference engine makes of events. */
export function deriveAccumulation({
  name,
  schema,
  options = {},
  events,
}: AccumulationInput): AccumulationVector {
  const desc = schemaNamed(schema);
  const accumulator = createAccumulator(desc, optionsOf(options));
  const messages = events.map((json) => parseOpenAI(desc, json, { mode: "archive" }));
  const results = messages.map((message) => apply(accumulator, message));
  const objects = accumulator.schemas.flatMap((type) =>
    accumulator.objects(type).map(
      (object): AccumulatedObject => ({
        type: type.typeName,
        id: idOf(object),
        binary: hex(toBinary(type, object)),
        json: stringifyOpenAI(type, object),
      }),
    ),
  );
  return {
    name,
    schema,
    ...(Object.keys(options).length > 0 && { options }),
    events: messages.map((message) => hex(toBinary(desc, message))),
    results,
    objects,
    ...(accumulator.ended && { ended: accumulator.ended }),
  };
}

function apply(
  accumulator: Accumulator<DescMessage>,
  message: Message,
): AccumulationVector["results"][number] {
  try {
    const object = accumulator.apply(message);
    return object === undefined ? null : { type: object.$typeName, id: idOf(object) };
  } catch (error) {
    if (!(error instanceof AccumulationError)) {
      throw error;
    }
    const { code, objectType, objectId, pointer } = error;
    return { type: objectType, id: objectId, code, pointer };
  }
}

function optionsOf({ objects, ...others }: AccumulationVectorOptions): AccumulatorOptions {
  return objects === undefined ? others : { ...others, objects: objects.map(schemaNamed) };
}

function idOf(object: Message): string {
  return "id" in object && typeof object.id === "string" ? object.id : "";
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
