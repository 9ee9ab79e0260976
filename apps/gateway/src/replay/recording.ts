import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { decodeEventStream } from "@stepwire/handler/internal";
import { EventStreamError } from "@stepwire/openai-sse";
import { ArchiveError, readArchive } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { eventOf } from "../archive/archived-event.js";
import type { EventKind } from "./event-kind.js";

/** The index of a recorded stream. */
export interface Recording {
  /** The name of the archive, without its folder. */
  readonly name: string;
  readonly path: string;
  readonly kind: EventKind;
  /** The operation that started the stream, as in `RouteMapping`. */
  readonly operation: string;
  /** The values of path variables found in its events, such as `thread_id`. */
  readonly identifiers: ReadonlyMap<string, string>;
  /**
   * The last version of each document in the events, by type and identifier, in the order of their
   * first event.
   */
  readonly documents: ReadonlyMap<string, ReadonlyMap<string, Message>>;
  /** The error at which reading the archive stopped, if it is damaged. */
  readonly damage: ArchiveError | undefined;
}

/** A file cannot be replayed. The message says why, without quoting its content. */
export class UnreadableRecording extends Error {
  override readonly name = "UnreadableRecording";
}

/** Limits for reading recordings. */
export interface RecordingLimits {
  readonly maxEventBytes: number;
  readonly replaceInvalidUtf8?: boolean;
}

const CHUNK_BYTES = 64 * 1024;

/** Matches the files that can be replayed: archives, and streams as received over the wire. */
export const replayable: RegExp = /\.(pb|sse)$/;

/**
 * Reads the events in an archive, or in a file of server-sent events. Yields them in binary.
 *
 * @throws {UnreadableRecording} if it is not a regular file. Reading a pipe would wait for a
 * writer, and reading a device may never end.
 */
export async function* readEvents(
  path: string,
  { schema, archiveField }: EventKind,
  limits: RecordingLimits,
): AsyncGenerator<Uint8Array, void> {
  const { maxEventBytes, replaceInvalidUtf8 } = limits;
  // Without `O_NONBLOCK`, opening a pipe waits for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) {
      throw new UnreadableRecording("it is not a file");
    }
    const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
    if (path.endsWith(".sse")) {
      const limits = { maxBytes: maxEventBytes, replaceInvalidUtf8 };
      for await (const events of decodeEventStream(schema, chunks, limits)) {
        yield* events;
      }
      return;
    }
    for await (const { bytes, type = "" } of readArchive(chunks, {
      maxBytes: maxEventBytes,
      codecs: [zstdCodec],
    })) {
      if (type === schema.typeName) {
        yield bytes;
        continue;
      }
      // Documents of another type could look like an event.
      const isDocument = type === "" || type === archiveField?.parent.typeName;
      const event = isDocument && archiveField ? eventOf(archiveField.number, bytes) : undefined;
      if (event !== undefined) {
        yield event;
      }
    }
  } finally {
    await file.close();
  }
}

/**
 * Builds the index of a recording. Reads its events as the kind that describes most of them. A
 * damaged recording is used up to its last complete event.
 *
 * @throws {UnreadableRecording} if the file is not an archive, or has no events.
 */
export async function indexRecording(
  name: string,
  path: string,
  kinds: readonly EventKind[],
  limits: RecordingLimits,
): Promise<Recording> {
  let best: { readonly recording: Recording; readonly described: number } | undefined;
  let failure: UnreadableRecording | undefined;
  for (const kind of kinds) {
    try {
      const indexed = await indexAs(kind, name, path, limits);
      best = best === undefined || indexed.described > best.described ? indexed : best;
    } catch (error) {
      if (!(error instanceof UnreadableRecording)) {
        throw error;
      }
      failure ??= error;
    }
  }
  if (best === undefined) {
    throw failure ?? new UnreadableRecording("no service streams events");
  }
  return best.recording;
}

/**
 * Builds the index of a recording for one kind of events, and counts the events that the kind
 * describes.
 */
async function indexAs(
  kind: EventKind,
  name: string,
  path: string,
  limits: RecordingLimits,
): Promise<{ recording: Recording; described: number }> {
  const documents = new Map<string, Map<string, Message>>();
  const names = new Set<string>();
  const identifiers = new Map<string, string>();
  let described = 0;
  let damage: ArchiveError | undefined;
  try {
    for await (const bytes of readEvents(path, kind, limits)) {
      const event = fromBinary(kind.schema, bytes);
      for (const { typeName, id, message } of kind.documentsOf(event)) {
        const ofType = documents.get(typeName) ?? new Map<string, Message>();
        documents.set(typeName, ofType.set(id, message));
      }
      names.add(kind.nameOf(event));
      described += kind.isDescribed(event) ? 1 : 0;
      kind.identify(bytes, identifiers);
    }
  } catch (error) {
    if (!(error instanceof ArchiveError && names.size > 0)) {
      throw new UnreadableRecording(reasonOf(error), { cause: error });
    }
    damage = error;
  }
  if (names.size === 0) {
    throw new UnreadableRecording("it holds no event");
  }
  const operation = kind.operationOf(names);
  return { recording: { name, path, kind, operation, identifiers, documents, damage }, described };
}

/** Returns why a file cannot be read. Its content may be confidential and is not quoted. */
function reasonOf(error: unknown): string {
  if (error instanceof UnreadableRecording || error instanceof ArchiveError) {
    return error.message;
  }
  if (error instanceof EventStreamError) {
    if (error.isInvalidUtf8) {
      return `event ${error.event} is not UTF-8 (see --replace-invalid-utf8)`;
    }
    const [violation] = error.violations;
    return `event ${error.event} is refused: ${violation?.code}, expected ${violation?.expected}`;
  }
  // Errors of the operating system have a code.
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "it is not an archive of events";
}
