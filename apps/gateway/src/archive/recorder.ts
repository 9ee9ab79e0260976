import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import type { OpenedRunEvents, RunStepSource } from "@stepwire/connect";
import { StreamEventSchema } from "@stepwire/core";
import { archivedEvent } from "./archived-event.js";

/** Where to record, and whom to tell when that fails. */
export interface RecorderOptions {
  readonly directory: string;
  readonly onFailure: OnFailure;
}

/** Is told the name of the file, without its folder, and what is wrong. */
type OnFailure = (file: string, error: unknown) => void;

/** Recordings hold what people wrote: they are for nobody but their owner. */
const OWNER_ONLY = 0o600;

/**
 * A source whose streams are recorded, each into an archive of its own. A recording
 * that fails is given up; the stream goes on.
 */
export async function recordStreams(
  source: RunStepSource,
  { directory, onFailure }: RecorderOptions,
): Promise<RunStepSource> {
  await mkdir(directory, { recursive: true });
  return {
    getRunStep: (request, call) => source.getRunStep(request, call),
    listRunSteps: (request, call) => source.listRunSteps(request, call),
    openRunEvents: async (start, call) => {
      const opened = await source.openRunEvents(start, call);
      return { ...opened, events: record(opened.events, directory, onFailure) };
    },
    ...(source.reopenRunEvents && {
      reopenRunEvents: source.reopenRunEvents.bind(source),
    }),
  };
}

async function* record(
  events: OpenedRunEvents["events"],
  directory: string,
  onFailure: OnFailure,
): AsyncGenerator<Uint8Array, void> {
  const recording = new Recording(directory, fileName(), onFailure);
  try {
    for await (const event of events) {
      const bytes = event instanceof Uint8Array ? event : toBinary(StreamEventSchema, event);
      // First the file: what a client has seen is in it.
      await recording.add(bytes);
      yield bytes;
    }
  } finally {
    await recording.close();
  }
}

/** The names of archives sort by when they were begun. */
function fileName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, "");
  return `${time}-${randomUUID().slice(0, 8)}.pb`;
}

class Recording {
  readonly #directory: string;
  readonly #name: string;
  readonly #onFailure: OnFailure;
  #file: FileHandle | undefined;
  #failed = false;

  constructor(directory: string, name: string, onFailure: OnFailure) {
    this.#directory = directory;
    this.#name = name;
    this.#onFailure = onFailure;
  }

  async add(event: Uint8Array): Promise<void> {
    await this.#try(async () => {
      this.#file ??= await open(join(this.#directory, this.#name), "wx", OWNER_ONLY);
      await this.#file.appendFile(archivedEvent(event));
    });
  }

  async close(): Promise<void> {
    await this.#try(async () => this.#file?.close());
  }

  async #try(action: () => Promise<void>): Promise<void> {
    if (this.#failed) {
      return;
    }
    try {
      await action();
    } catch (error) {
      this.#failed = true;
      await this.#file?.close().catch(() => {});
      this.#onFailure(this.#name, error);
    }
  }
}
