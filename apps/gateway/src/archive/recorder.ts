import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import type { EventGroup, OpenedStream, Source } from "@stepwire/connect";
import { encodedEvents } from "@stepwire/connect/internal";
import { getServiceMapping } from "@stepwire/mapping";
import { GatewayFailure } from "../failure.js";
import { archiveField, type Model } from "../model.js";
import { archivedEvent } from "./archived-event.js";

/** Options for recording. */
export interface RecorderOptions {
  readonly model: Model;
  readonly directory: string;
  readonly onFailure: OnFailure;
}

/** Called with the name of the file, without its folder, and the error. */
type OnFailure = (file: string, error: unknown) => void;

/** Recordings contain user content, so only their owner may read them. */
const OWNER_ONLY = 0o600;

/**
 * Returns a source whose streams are recorded, each in its own archive. If recording fails, it
 * stops; the stream continues.
 *
 * @throws {GatewayFailure} if the schema has no archives for the events of a stream.
 */
export async function recordStreams(
  source: Source,
  { model, directory, onFailure }: RecorderOptions,
): Promise<Source> {
  const fields = archiveFields(model);
  await mkdir(directory, { recursive: true });
  return {
    call: (method, request, call) => source.call(method, request, call),
    open: async (method, request, call) => {
      const opened = await source.open(method, request, call);
      const schema = method.event.message;
      const recording = new Recording(directory, fileName(), fields.get(schema) ?? 0, onFailure);
      return { ...opened, events: record(opened.events, schema, recording) };
    },
    ...(source.reopen && { reopen: source.reopen.bind(source) }),
  };
}

/** Returns the fields of archived documents, by the type of their event. */
function archiveFields(model: Model): ReadonlyMap<DescMessage, number> {
  const methods = model.services.flatMap((service) => getServiceMapping(service).methods);
  return new Map(
    methods.flatMap((method): [DescMessage, number][] => {
      if (method.kind !== "stream") {
        return [];
      }
      const event = method.event.message;
      const field = archiveField(model, event);
      if (field === undefined) {
        throw new GatewayFailure(
          `--record: no message with an inline union has an arm for ${event.typeName}, so its events have no archive`,
        );
      }
      return [[event, field.number]];
    }),
  );
}

async function* record(
  events: OpenedStream["events"],
  schema: DescMessage,
  recording: Recording,
): AsyncGenerator<EventGroup, void> {
  try {
    for await (const element of events) {
      const group = encodedEvents(schema, element);
      // Write to the file first, so that it contains everything that a client has seen.
      for (const event of group) {
        await recording.add(event);
      }
      yield group;
    }
  } finally {
    await recording.close();
  }
}

/** Returns a file name that sorts by the time of recording. */
function fileName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]/g, "");
  return `${time}-${randomUUID().slice(0, 8)}.pb`;
}

class Recording {
  readonly #directory: string;
  readonly #name: string;
  readonly #field: number;
  readonly #onFailure: OnFailure;
  #file: FileHandle | undefined;
  #failed = false;

  constructor(directory: string, name: string, field: number, onFailure: OnFailure) {
    this.#directory = directory;
    this.#name = name;
    this.#field = field;
    this.#onFailure = onFailure;
  }

  async add(event: Uint8Array): Promise<void> {
    await this.#try(async () => {
      this.#file ??= await open(join(this.#directory, this.#name), "wx", OWNER_ONLY);
      await this.#file.appendFile(archivedEvent(this.#field, event));
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
