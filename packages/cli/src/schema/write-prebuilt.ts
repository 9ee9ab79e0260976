import { mkdirSync, writeFileSync } from "node:fs";
import type { ModeName } from "@stepwire/mapping";
import { createTranscoder } from "@stepwire/transcode";
import { builtInNames } from "./built-in-names.js";
import { builtIn } from "./model.js";
import { type BuiltInDocument, type BuiltInNames, prebuiltFiles } from "./prebuilt.js";

/** Computes what a command needs of the built-in schema to start, and writes it into a folder. */
export function writePrebuilt(folder: URL): void {
  const document = builtIn.document();
  const plan = (mode: ModeName) => createTranscoder(document, { mode }).lineKernel();
  const refused = (mode: ModeName): number => plan(mode).limits.refusedJson;
  const built = {
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
  write(prebuiltFiles.document, JSON.stringify(built));
  write(prebuiltFiles.table, plan("archive").table);
}
