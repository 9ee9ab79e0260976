import { readFileSync } from "node:fs";
import type { ModeName } from "@stepwire/mapping";
import { errorCode } from "../failure.js";

/*
 * What the build of this package computes from the built-in schema. With it, a command starts
 * without protobuf-es, the descriptors and the mapping, which take 150 ms to load. Run from source,
 * there are no such files.
 */

/** Names that the options and the help need. */
export interface BuiltInNames {
  /** The names of types for `--type`. */
  readonly typeNames: readonly string[];
  readonly modeNames: readonly ModeName[];
}

/** How the kernel converts documents of the built-in schema. */
export interface BuiltInDocument {
  /** The full name of the message that detects the type of a JSON object. */
  readonly typeName: string;
  /** For each mode, the violations in JSON that it refuses, as the kernel takes them. */
  readonly refused: Readonly<Record<ModeName, number>>;
}

/** The folder of these files in the compiled package. */
export const prebuiltFolder: URL = new URL("../prebuilt/", import.meta.url);

/** The names of the files. */
export const prebuiltFiles = {
  names: "names.json",
  document: "document.json",
  /** The kernel's table of the document message. */
  table: "document.table",
} as const;

/** Returns the names; undefined if the package was not built. */
export function readNames(folder: URL = prebuiltFolder): BuiltInNames | undefined {
  return readPrebuilt<BuiltInNames>(new URL(prebuiltFiles.names, folder));
}

/** Returns how to convert documents; undefined if the package was not built. */
export function readDocument(
  folder: URL = prebuiltFolder,
): (BuiltInDocument & { readonly table: Uint8Array }) | undefined {
  const document = readPrebuilt<BuiltInDocument>(new URL(prebuiltFiles.document, folder));
  return document && { ...document, table: readFileSync(new URL(prebuiltFiles.table, folder)) };
}

/** Reads a file of this package, which has the type that the build gave it. */
function readPrebuilt<Content>(file: URL): Content | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
  return JSON.parse(text);
}
