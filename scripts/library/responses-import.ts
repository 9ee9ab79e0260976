/*
 * The model of Responses comes from OpenAI's OpenAPI document, which is not part of the repository.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ImportedFile,
  type ImportReport,
  importSchemas,
} from "../../packages/openapi-to-proto/src/index.ts";
import { root } from "./command.ts";

/** The folder with the config, the lock file and the generated files. */
const FOLDER = "proto/stepwire/responses/v1";
const LOCK = `${FOLDER}/import.lock.json`;

/** The OpenAPI document, beside the repository. */
const DOCUMENT = "../shared/openapi/openai.yaml";

/** What an import writes, with paths below the root of the repository. */
export interface ResponsesImport {
  readonly files: readonly ImportedFile[];
  readonly report: ImportReport;
}

/** Returns whether the OpenAPI document is there. */
export function hasDocument(): boolean {
  return existsSync(join(root, DOCUMENT));
}

/** Imports the model, without writing it. */
export function importResponses(): ResponsesImport {
  const { files, lock, report } = importSchemas({
    // The name is in the head of each file: it must not depend on where the document is.
    document: { name: "OpenAI's openapi.yaml", bytes: readFileSync(join(root, DOCUMENT)) },
    config: { name: "import.yaml", bytes: readFileSync(join(root, FOLDER, "import.yaml")) },
    lock: readIfPresent(LOCK),
  });
  return {
    files: [
      ...files.map(({ path, text }) => ({ path: `proto/${path}`, text })),
      { path: LOCK, text: lock },
    ],
    report,
  };
}

/** Returns the files of an import that differ from those in the repository. */
export function staleFiles({ files }: ResponsesImport): readonly ImportedFile[] {
  return files.filter(({ path, text }) => readIfPresent(path) !== text);
}

function readIfPresent(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
