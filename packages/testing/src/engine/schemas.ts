import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "@stepwire/core";
import { buildProtos, readProtos, registryOf } from "../protos/build-protos.js";
import { projectRoot } from "../suite/project.js";

/** A message of the run-step model. */
type ModelName = "RunStep" | "RunStepDelta" | "RunStepList" | "StreamEvent" | "RunStepDocument";

/** A message of `proto/acme/engine/v1/engine.proto`. */
type FeatureName =
  | "Thing"
  | "Part"
  | "Wide"
  | "Integers"
  | "Lists"
  | "Maps"
  | "Written"
  | "Texts"
  | "Choice"
  | "Move"
  | "OpenEvent"
  | "ClosedEvent"
  | "Document"
  | "ClosedDocument"
  | "Catalog"
  | "ClosedCatalog"
  | "Signal"
  | "Files"
  | "Kinds"
  | "Item"
  | "ClosedItem"
  | "Items";

/** The name of the message type of a case. */
export type SchemaName = ModelName | FeatureName;

/** Returns message types by their name in cases. */
export type SchemaLookup = (name: string) => DescMessage;

const modelSchemas: Readonly<Record<ModelName, DescMessage>> = {
  RunStep: RunStepSchema,
  RunStepDelta: RunStepDeltaSchema,
  RunStepList: RunStepListSchema,
  StreamEvent: StreamEventSchema,
  RunStepDocument: DocumentSchema,
};

/** Compiles the schemas of all cases. This takes half a second; call it once per file. */
export function compileSchemas(): SchemaLookup {
  const schemas = new Map<string, DescMessage>(Object.entries(modelSchemas));
  for (const message of compileFile("acme/engine/v1/engine.proto")) {
    schemas.set(message.name, message);
  }
  return (name) => schemas.get(name) ?? missing(name);
}

const everyFeature = [
  "Thing",
  "Choice",
  "Move",
  "OpenEvent",
  "ClosedEvent",
  "Texts",
  "Document",
  "ClosedDocument",
  "Catalog",
  "ClosedCatalog",
  "Signal",
  "Files",
  "Kinds",
  "Item",
  "Items",
] as const;

/** A message of `proto/acme/engine/v1/engine.proto`, for generated documents. */
export type EveryFeatureName = (typeof everyFeature)[number];

/**
 * Returns message types that have every feature of the mapping, compiled in half a second:
 * call it once in a file.
 *
 * @param some - Only these; by default all.
 */
export function compileEveryFeature(
  some: readonly EveryFeatureName[] = everyFeature,
): DescMessage[] {
  const messages = compileFile("acme/engine/v1/engine.proto");
  return some.map((name) => messages.find((message) => message.name === name) ?? missing(name));
}

function missing(name: string): never {
  throw new Error(`the schema has no message ${name}`);
}

/** Returns the messages of a file in `packages/testing/proto`. */
function compileFile(path: string): readonly DescMessage[] {
  const files = readProtos(join(projectRoot, "packages/testing/proto"));
  return registryOf(buildProtos(files)).getFile(path)?.messages ?? [];
}
