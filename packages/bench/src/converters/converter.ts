import type { DescMessage } from "@bufbuild/protobuf";
import type { ConverterCase } from "./cases.js";

/** A program that makes `.proto` files from an OpenAPI document. */
export interface Converter {
  /** In Markdown. */
  readonly name: string;
  readonly version: string;
  /**
   * Returns the generated files.
   *
   * @throws {RefusedSchemaError} if the program refuses the document.
   */
  convert(converterCase: ConverterCase): Converted;
  /** Returns the ways to convert documents with the generated message. */
  waysOf(schema: DescMessage): Ways;
}

export type Ways = readonly [Way, ...Way[]];

/**
 * Converts a document to binary and back to JSON.
 *
 * @throws {Error} if the document is refused.
 */
export type Way = (json: string) => Returned;

/** A document that was converted to binary and back. */
export interface Returned {
  readonly json: string;
  /** Whether the reader had to ignore members and enum values that it does not know. */
  readonly ignoring: boolean;
}

/** What a converter made of a schema. */
export interface Converted {
  /** The text of the generated files by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The full name of the message for the documents. */
  readonly message: string;
}

/** A program refused a schema. The message is its own. */
export class RefusedSchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RefusedSchemaError";
  }
}

/** A program that cannot be had on this machine. */
export class MissingConverterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MissingConverterError";
  }
}

/** Returns the OpenAPI document of a case. */
export function documentOf({ root, schemas }: ConverterCase): string {
  return JSON.stringify({
    openapi: "3.0.3",
    info: { title: root, version: "1.0.0" },
    paths: {},
    components: { schemas },
  });
}
