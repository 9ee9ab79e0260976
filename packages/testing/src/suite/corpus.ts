import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { projectRoot } from "./project.js";

/** A JSON document of the corpus. */
export interface CorpusDocument {
  /** The path below the corpus folder, such as `run_step/001-example.json`. */
  readonly name: string;
  readonly type: "run_step" | "run_step_delta" | "run_step_list";
  readonly bytes: Uint8Array;
}

/** A document of threads: an assistant, a thread, a message, a run, or a page of these. */
export interface CorpusThreadDocument {
  /** The path below the corpus folder, such as `thread/w001-example.json`. */
  readonly name: string;
  /** The member `object` of the document, or for a page of its elements. */
  readonly object: string;
  /** Whether the document is a page. */
  readonly isList: boolean;
  readonly bytes: Uint8Array;
}

/** A recorded stream of server-sent events. */
export interface CorpusStream {
  /** The path below the corpus folder, such as `sse/001-example.sse`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const documentTypes = ["run_step", "run_step_delta", "run_step_list"] as const;

/**
 * The folder with documents from other sources, next to the project folder. It is not part of the
 * project, so it may be missing.
 */
const folder = join(projectRoot, "../shared/corpus");

/** Whether the corpus exists. */
export const hasCorpus: boolean = existsSync(folder);

/** Returns all JSON documents of the corpus, ordered by name; none if the corpus is missing. */
export function corpusDocuments(): CorpusDocument[] {
  return documentTypes.flatMap((type) =>
    readFiles(type, ".json").map((file) => ({ ...file, type })),
  );
}

/** Returns all documents of threads, ordered by name; none if the corpus is missing. */
export function corpusThreadDocuments(): CorpusThreadDocument[] {
  return readFiles("thread", ".json").map((file) => {
    const document: { object: string; data?: { object: string }[] } = JSON.parse(
      Buffer.from(file.bytes).toString(),
    );
    const isList = document.object === "list";
    return { ...file, isList, object: (isList ? document.data?.[0] : document)?.object ?? "" };
  });
}

/**
 * Returns the streams in folders of the corpus, ordered by name; none if the corpus is missing. By
 * default, the streams of runs.
 */
export function corpusStreams(...directories: readonly string[]): CorpusStream[] {
  return (directories.length === 0 ? ["sse"] : directories).flatMap((each) =>
    readFiles(each, ".sse"),
  );
}

/** Returns the documents of Chat Completions, ordered by name; none if the corpus is missing. */
export function chatDocuments(): CorpusStream[] {
  return readFiles("chat", ".json");
}

/** Returns the responses of Responses, ordered by name; none if the corpus is missing. */
export function responsesDocuments(): CorpusStream[] {
  return readFiles("responses", ".json");
}

/**
 * Returns the payloads of the streams in a folder of the corpus, by the name of the stream; none if
 * the corpus is missing. Reads only what the corpus has: one payload a line.
 */
export function corpusPayloads(
  directory: "responses_sse" | "chat_sse",
): readonly { readonly name: string; readonly payloads: readonly string[] }[] {
  return [".jsonl", ".sse"].flatMap((extension) =>
    readFiles(directory, extension).map(({ name, bytes }) => {
      const lines = Buffer.from(bytes).toString().split(/\r?\n/);
      const payloads =
        extension === ".jsonl"
          ? lines
          : lines.flatMap((line) => (line.startsWith("data:") ? line.slice("data:".length) : []));
      return { name, payloads: payloads.filter((payload) => payload.trim() !== "") };
    }),
  );
}

/**
 * Returns the streams of Chat Completions as server-sent events, ordered by name; none if the corpus
 * is missing. A stream that is recorded as one payload a line becomes one event a payload.
 */
export function chatStreams(): CorpusStream[] {
  return readStreams("chat_sse", (payload) => `data: ${payload}\n\n`);
}

/**
 * Returns the streams of Responses as server-sent events, ordered by name; none if the corpus is
 * missing. A stream that is recorded as one payload a line becomes one event a payload.
 *
 * @param lines Whether these events have a line `event:`, as those of OpenAI.
 */
export function responsesStreams(lines: "named" | "unnamed" = "named"): CorpusStream[] {
  return readStreams("responses_sse", (payload) => {
    const { type }: { type: string } = JSON.parse(payload);
    return `${lines === "named" ? `event: ${type}\n` : ""}data: ${payload}\n\n`;
  });
}

function readStreams(directory: string, toEvent: (payload: string) => string): CorpusStream[] {
  const lines = readFiles(directory, ".jsonl").map(({ name, bytes }) => {
    const payloads = Buffer.from(bytes)
      .toString()
      .split("\n")
      .filter((line) => line !== "");
    return { name, bytes: Buffer.from(payloads.map(toEvent).join("")) };
  });
  return [...lines, ...readFiles(directory, ".sse")];
}

/**
 * Defines a suite that uses the corpus. If the corpus is missing, the suite is one skipped test
 * that says so.
 */
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
