import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Message } from "@bufbuild/protobuf";
import {
  OpenAIHttpError,
  type OpenedStream,
  type Source,
  type SourceAnswer,
  type SourceCall,
  type StreamPosition,
} from "@stepwire/connect";
import { mapEvents } from "@stepwire/connect/internal";
import { parametersOf, routeOf, variablesOf } from "@stepwire/handler/internal";
import {
  fieldsOf,
  getServiceMapping,
  type MethodMapping,
  type RouteMapping,
  type StreamMapping,
  type UnaryMapping,
} from "@stepwire/mapping";
import type { Model } from "../model.js";
import { EventKind } from "./event-kind.js";
import { nounOfType, nounOfVariable } from "./nouns.js";
import { listTypeOf, pageOf } from "./page.js";
import {
  indexRecording,
  type Recording,
  readEvents,
  replayable,
  UnreadableRecording,
} from "./recording.js";

/** Options for replaying. */
export interface ReplayOptions {
  /** The schema with the services whose streams were recorded. */
  readonly model: Model;
  readonly directory: string;
  readonly maxEventBytes: number;
  /** Whether bytes of a stream that are not UTF-8 become U+FFFD. @defaultValue false */
  readonly replaceInvalidUtf8?: boolean;
  /** Delay before each event, in milliseconds. */
  readonly pace: number;
}

/** A file that cannot be replayed. */
export interface SkippedFile {
  /** The name of the file, without its folder. */
  readonly name: string;
  readonly reason: string;
}

/** The name and value of a path variable. */
type Variable = readonly [name: string, value: string];

/**
 * Serves recorded streams. A request for a stream gets the next recording that was started by the
 * same endpoint and has the identifiers from the path. A request for a document gets its version in
 * the last event that contains it; a list contains all such documents.
 */
export class ReplaySource implements Source {
  readonly #recordings: ReadonlyMap<string, Recording>;
  readonly #options: ReplayOptions;
  readonly #turns = new Map<string, number>();

  /** The files that cannot be read. */
  readonly skipped: readonly SkippedFile[];

  private constructor(
    recordings: readonly Recording[],
    skipped: readonly SkippedFile[],
    options: ReplayOptions,
  ) {
    this.#recordings = new Map(recordings.map((recording) => [recording.name, recording]));
    this.skipped = skipped;
    this.#options = options;
  }

  /**
   * Reads all archives (`*.pb`) and streams (`*.sse`) of a folder once. Unreadable files are
   * skipped.
   */
  static async open(options: ReplayOptions): Promise<ReplaySource> {
    const names = (await readdir(options.directory)).filter((name) => replayable.test(name)).sort();
    const kinds = eventKinds(options.model);
    const recordings: Recording[] = [];
    const skipped: SkippedFile[] = [];
    for (const name of names) {
      try {
        const path = join(options.directory, name);
        recordings.push(await indexRecording(name, path, kinds, options));
      } catch (error) {
        if (!(error instanceof UnreadableRecording)) {
          throw error;
        }
        skipped.push({ name, reason: error.message });
      }
    }
    return new ReplaySource(recordings, skipped, options);
  }

  /** The recordings, ordered by name. */
  get recordings(): readonly Recording[] {
    return [...this.#recordings.values()];
  }

  async call(method: UnaryMapping, request: Message): Promise<SourceAnswer> {
    const route = requireRoute(method, request);
    if (route.httpMethod !== "GET") {
      throw OpenAIHttpError.create(405, {
        message: "Recordings are replayed here: only streams and GET requests are served.",
        code: "replay_only",
      });
    }
    return await Promise.resolve({ content: this.#content(method, route, request) });
  }

  async open(method: StreamMapping, request: Message, call: SourceCall): Promise<OpenedStream> {
    const route = requireRoute(method, request);
    const recording = this.#next(method, route, variablesOf(route, request));
    return await Promise.resolve(this.#play(recording, 0, call.signal));
  }

  async reopen(
    method: StreamMapping,
    { streamId, after }: StreamPosition,
    call: SourceCall,
  ): Promise<OpenedStream | undefined> {
    const [, name = ""] = /^replay:(.+):[-0-9a-f]{36}$/.exec(streamId) ?? [];
    const recording = this.#recordings.get(name);
    const opened =
      recording && isOf(recording, method)
        ? { ...this.#play(recording, after, call.signal), streamId }
        : undefined;
    return await Promise.resolve(opened);
  }

  #content({ content }: UnaryMapping, route: RouteMapping, request: Message): Message {
    const schema = content.message;
    const variables = variablesOf(route, request);
    if (this.#isDocument(schema.typeName)) {
      const [id, ...owners] = variables.toReversed();
      const documents = this.#documents(schema.typeName, owners.reverse());
      const document = id && documents.find((each) => fieldsOf(each)["id"] === id[1]);
      if (document === undefined) {
        throw notFound(nounOfType(schema), id?.[1] ?? "");
      }
      return document;
    }
    const list = listTypeOf(schema);
    if (list === undefined || !this.#isDocument(list.element.typeName)) {
      const message = `Recordings have no ${nounOfType(schema)}.`;
      throw OpenAIHttpError.create(404, { message });
    }
    const documents = this.#documents(list.element.typeName, variables);
    return pageOf(list, documents, parametersOf(route, request));
  }

  /** Returns whether documents of a type are payloads of events. */
  #isDocument(typeName: string): boolean {
    return this.recordings.some(({ kind }) => kind.holds(typeName));
  }

  #play(recording: Recording, after: number, signal: AbortSignal): OpenedStream {
    const streamId = `replay:${recording.name}:${randomUUID()}`;
    const events = mapEvents(this.#events(recording, after, signal), {
      // Messages of the operating system may contain the file's name.
      mapError: (cause) =>
        signal.aborted
          ? cause
          : OpenAIHttpError.create(500, { message: "The recording cannot be read." }, { cause }),
    });
    return { streamId, events };
  }

  async *#events(
    { path, kind }: Recording,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    const { pace } = this.#options;
    let number = 0;
    for await (const event of readEvents(path, kind, this.#options)) {
      signal.throwIfAborted();
      number++;
      if (number > after) {
        if (pace > 0) {
          await delay(pace, undefined, { signal });
        }
        yield event;
      }
    }
  }

  #next(
    method: StreamMapping,
    { operation }: RouteMapping,
    variables: readonly Variable[],
  ): Recording {
    const candidates = this.recordings.filter(
      (recording) =>
        isOf(recording, method) &&
        recording.operation === operation &&
        belongs(recording, variables),
    );
    const key = candidates.map(({ name }) => name).join("/");
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const recording = candidates[turn % candidates.length];
    if (recording === undefined) {
      const [first] = variables;
      throw first === undefined
        ? OpenAIHttpError.create(404, { message: "No recorded stream found." })
        : notFound(nounOfVariable(first[0]), first[1]);
    }
    return recording;
  }

  /** Returns the documents of a type that match the path variables, oldest first. */
  #documents(typeName: string, variables: readonly Variable[]): Message[] {
    const recordings = this.recordings.filter((recording) => belongs(recording, variables));
    const owner = variables.at(-1);
    if (recordings.length === 0 && owner !== undefined) {
      throw notFound(nounOfVariable(owner[0]), owner[1]);
    }
    const documents = new Map(
      recordings.flatMap((recording) => [...(recording.documents.get(typeName) ?? [])]),
    );
    return [...documents.values()].sort((a, b) => createdAt(a) - createdAt(b));
  }
}

/** Returns the types of events in the streams of the services. */
function eventKinds(model: Model): EventKind[] {
  const methods = model.services.flatMap((service) => getServiceMapping(service).methods);
  const schemas = new Map(
    methods.flatMap((method) =>
      method.kind === "stream" ? [[method.event.message.typeName, method.event.message]] : [],
    ),
  );
  return [...schemas.values()].map((schema) => new EventKind(schema, model));
}

function requireRoute(method: MethodMapping, request: Message): RouteMapping {
  const route = routeOf(method, request);
  if (route === undefined) {
    throw OpenAIHttpError.create(400, { message: "The request matches no HTTP endpoint." });
  }
  return route;
}

function isOf({ kind }: Recording, { event }: StreamMapping): boolean {
  return kind.schema.typeName === event.message.typeName;
}

function belongs({ identifiers }: Recording, variables: readonly Variable[]): boolean {
  return variables.every(([name, value]) => identifiers.get(name) === value);
}

function createdAt(document: Message): number {
  return Number(fieldsOf(document)["createdAt"] ?? 0);
}

function notFound(what: string, id: string): OpenAIHttpError {
  return OpenAIHttpError.create(404, { message: `No ${what} found with id '${id}'.` });
}
