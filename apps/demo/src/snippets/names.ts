import type { DocumentType, Mode } from "../model/conversion.js";
import type { SnippetSubject } from "./subject.js";

/** The name of the schema that code imports for a type. */
export function schemaName({ message }: DocumentType): string {
  return `${message}Schema`;
}

/** The module that code imports the schema of a type from. */
export function moduleOf({ package: protoPackage }: DocumentType): string {
  const [, name] = /^stepwire\.(?!rpc\.)(\w+)\.v1$/.exec(protoPackage) ?? [];
  return name === undefined ? "@stepwire/core" : `@stepwire/core/${name}`;
}

/**
 * The type of each document: of many documents each may be another, and the data of an
 * event too.
 */
export function typeOfEach({ form, type, documentType }: SnippetSubject): DocumentType {
  return form === "json" ? type : documentType;
}

/** The argument that chooses a mode; nothing for the default. */
export function modeArgument(mode: Mode): string {
  return mode === "preserve" ? "" : `, { mode: "${mode}" }`;
}
