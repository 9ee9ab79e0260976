import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DescField, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { files } from "@stepwire/core/registry";
import { endpointsOf } from "@stepwire/handler/internal";
import {
  DescriptorSetError,
  getMessageMapping,
  hasRoutes,
  MappingError,
  readDescriptorSet,
} from "@stepwire/mapping";
import { GatewayFailure } from "./failure.js";

/** The schema that a gateway works with: services, and the messages in their archives. */
export interface Model {
  /** The services with HTTP endpoints. */
  readonly services: readonly DescService[];
  readonly messages: readonly DescMessage[];
}

/** The services of Stepwire's own schema. */
export const builtInModel: Model = createModel(files);

function createModel(files: readonly DescFile[]): Model {
  return {
    services: files.flatMap(({ services }) => services.filter(hasRoutes)),
    messages: files.flatMap(({ messages }) => messages),
  };
}

/**
 * Reads the services of a `FileDescriptorSet`, as written by `buf build` or `protoc`.
 *
 * @param directory folder that the path is relative to.
 * @throws {GatewayFailure} if the file cannot be read, contains no service with HTTP endpoints, or
 * two that answer the same requests.
 */
export function readModel(path: string, directory: string): Model {
  const model = createModel(readFiles(path, directory));
  if (model.services.length === 0) {
    throw new GatewayFailure(
      `--descriptor ${path}: no service in it has the option (stepwire.json.v1.route)`,
    );
  }
  try {
    endpointsOf(model.services);
  } catch (error) {
    throw error instanceof MappingError
      ? new GatewayFailure(`--descriptor ${path}: ${error.message}`)
      : error;
  }
  return model;
}

function readFiles(path: string, directory: string): DescFile[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(directory, path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new GatewayFailure(`--descriptor ${path}: cannot be read (${code})`);
  }
  try {
    return readDescriptorSet(bytes);
  } catch (error) {
    throw error instanceof DescriptorSetError
      ? new GatewayFailure(`--descriptor ${path}: ${error.message}`)
      : error;
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
