import { mkdirSync, writeFileSync } from "node:fs";
import type { ModeName } from "@stepwire/mapping";
import { createTranscoder } from "@stepwire/transcode";
import { compileTable } from "@stepwire/transcode/internal";
import { builtInNames } from "./built-in-names.js";
import { builtIn } from "./model.js";
import { type BuiltInDocument, type BuiltInNames, prebuiltFiles } from "./prebuilt.js";

/** Computes what a command needs of the built-in schema to start, and writes it into a folder. */
export function writePrebuilt(folder: URL): void {
  const document = builtIn.document();
  const refused = (mode: ModeName): number =>
    createTranscoder(document, { mode }).lineKernel().limits.refusedJson;
  const plan = {
    typeName: document.typeName,
    refused: {
      strict: refused("strict"),
      preserve: refused("preserve"),
      archive: refused("archive"),
    },
  } satisfies BuiltInDocument;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(new URL(name, folder), content);
  write(prebuiltFiles.names, JSON.stringify(builtInNames satisfies BuiltInNames));
  write(prebuiltFiles.document, JSON.stringify(plan));
  write(prebuiltFiles.table, compileTable(document));
}
