import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type DescService,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as core from "@stepwire/core";
import { getMessageMapping, getServiceMapping, hasRoutes, MappingError } from "@stepwire/mapping";
import { GatewayFailure } from "./failure.js";

/** The schema that a gateway works with: services, and the messages in their archives. */
export interface Model {
  /** The services with HTTP endpoints. */
  readonly services: readonly DescService[];
  readonly messages: readonly DescMessage[];
}

/** The services of Stepwire's own schema. */
export const builtInModel: Model = createModel(
  Object.values<unknown>({ ...core }).filter(isDescriptor),
);

type Descriptor = DescMessage | DescService;

function isDescriptor(value: unknown): value is Descriptor {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    (value.kind === "message" || value.kind === "service")
  );
}

function createModel(descriptors: Iterable<Descriptor>): Model {
  const services: DescService[] = [];
  const messages: DescMessage[] = [];
  for (const descriptor of descriptors) {
    if (descriptor.kind === "message") {
      messages.push(descriptor);
    } else if (hasRoutes(descriptor)) {
      services.push(descriptor);
    }
  }
  return { services, messages };
}

/**
 * Reads the services of a `FileDescriptorSet`, as written by `buf build` or `protoc`.
 *
 * @param directory folder that the path is relative to.
 * @throws {GatewayFailure} if the file cannot be read, or contains no service with HTTP endpoints.
 */
export function readModel(path: string, directory: string): Model {
  const model = createModel(readDescriptors(path, directory));
  if (model.services.length === 0) {
    throw new GatewayFailure(
      `--descriptor ${path}: no service in it has the option (stepwire.json.v1.route)`,
    );
  }
  try {
    model.services.forEach(getServiceMapping);
  } catch (error) {
    throw error instanceof MappingError
      ? new GatewayFailure(`--descriptor ${path}: ${error.message}`)
      : error;
  }
  return model;
}

function readDescriptors(path: string, directory: string): Descriptor[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(directory, path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new GatewayFailure(`--descriptor ${path}: cannot be read (${code})`);
  }
  try {
    const set = fromBinary(FileDescriptorSetSchema, bytes);
    return [...createFileRegistry(set)].filter(isDescriptor);
  } catch {
    throw new GatewayFailure(`--descriptor ${path}: not a FileDescriptorSet with all its imports`);
  }
}

/**
 * Returns the field that holds an event in a document of an archive: an arm of a message with an
 * inline union, such as `Document`. Returns undefined if no message of the model has one.
 */
export function archiveField({ messages }: Model, event: DescMessage): DescField | undefined {
  for (const message of messages) {
    const arm = isInline(message)
      ? message.fields.find((field) => field.message?.typeName === event.typeName)
      : undefined;
    if (arm !== undefined) {
      return arm;
    }
  }
  return undefined;
}

/** Returns whether a message is an inline union; false for messages without a JSON form. */
function isInline(message: DescMessage): boolean {
  try {
    return getMessageMapping(message).kind === "inline";
  } catch (error) {
    if (error instanceof MappingError) {
      return false;
    }
    throw error;
  }
}
