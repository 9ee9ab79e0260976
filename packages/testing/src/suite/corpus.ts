import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { projectRoot } from "./project.js";

/** A JSON document of the corpus. */
export interface CorpusDocument {
  /** The file below the corpus, such as `run_step/001-example.json`. */
  readonly name: string;
  readonly type: "run_step" | "run_step_delta" | "run_step_list";
  readonly bytes: Uint8Array;
}

/** A recorded stream of server-sent events. */
export interface CorpusStream {
  /** The file below the corpus, such as `sse/001-example.sse`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const documentTypes = ["run_step", "run_step_delta", "run_step_list"] as const;

/**
 * The folder of documents that others wrote, beside the project. It is not part
 * of the project, so a clone may stand without it.
 */
const folder = join(projectRoot, "../shared/corpus");

/** Whether the corpus is there. */
export const hasCorpus: boolean = existsSync(folder);

/** All JSON documents of the corpus, in the order of their names; none where it is absent. */
export function corpusDocuments(): CorpusDocument[] {
  return documentTypes.flatMap((type) =>
    readFiles(type, ".json").map((file) => ({ ...file, type })),
  );
}

/** All streams of the corpus, in the order of their names; none where it is absent. */
export function corpusStreams(): CorpusStream[] {
  return readFiles("sse", ".sse");
}

/** A suite over the corpus. Where that is absent, it says so and counts as one skipped test. */
export function describeWithCorpus(name: string, suite: () => void): void {
  if (hasCorpus) {
    describe(name, suite);
    return;
  }
  const reason = "skipped: no folder ../shared/corpus beside the project";
  console.log(`${name}: ${reason}`);
  describe(name, () => {
    test.skip(reason, () => {});
  });
}

function readFiles(directory: string, extension: string): CorpusStream[] {
  const path = join(folder, directory);
  if (!existsSync(path)) {
    return [];
  }
  return readdirSync(path)
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => ({ name: `${directory}/${file}`, bytes: readFileSync(join(path, file)) }));
}
