import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import { EventStreamError } from "@stepwire/openai-sse";
import { ArchiveError, readArchive } from "@stepwire/wire";
import { eventOf } from "../archive/archived-event.js";
import { decodeEventStream } from "../conversion.js";
import type { EventKind } from "./event-kind.js";

/** What is known of a recorded stream without reading it again. */
export interface Recording {
  /** The name of the archive, without its folder. */
  readonly name: string;
  readonly path: string;
  readonly kind: EventKind;
  /** The operation that began the stream, as in `RouteMapping`. */
  readonly operation: string;
  /** The variables of paths that its events have, such as `thread_id`. */
  readonly identifiers: ReadonlyMap<string, string>;
  /**
   * The documents as the events left them, by their type and identifier, in the order of
   * their first event.
   */
  readonly documents: ReadonlyMap<string, ReadonlyMap<string, Message>>;
  /** Why the archive cannot be read to its end. */
  readonly damage: ArchiveError | undefined;
}

/** A file cannot be replayed; the message says why, without quoting it. */
export class UnreadableRecording extends Error {
  override readonly name = "UnreadableRecording";
}

/** How recordings are read. */
export interface RecordingLimits {
  readonly maxEventBytes: number;
  readonly replaceInvalidUtf8?: boolean;
}

const CHUNK_BYTES = 64 * 1024;

/** What can be replayed: archives, and streams as they came over the wire. */
export const replayable: RegExp = /\.(pb|sse)$/;

/**
 * Reads the events of an archive, or of server-sent events in a file, in binary.
 *
 * @throws {UnreadableRecording} if it is not a file: a pipe would be waited for, and a
 * device read for ever.
 */
export async function* readEvents(
  path: string,
  { schema, archiveField }: EventKind,
  limits: RecordingLimits,
): AsyncGenerator<Uint8Array, void> {
  const { maxEventBytes, replaceInvalidUtf8 } = limits;
  // Otherwise opening a pipe waits until something is written to it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) {
      throw new UnreadableRecording("it is not a file");
    }
    const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
    if (path.endsWith(".sse")) {
      yield* decodeEventStream(schema, chunks, { maxBytes: maxEventBytes, replaceInvalidUtf8 });
      return;
    }
    for await (const { bytes } of readArchive(chunks, { maxBytes: maxEventBytes })) {
      const event = archiveField && eventOf(archiveField.number, bytes);
      if (event !== undefined) {
        yield event;
      }
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads a recording for what can be looked up in it, as events of the kind that describes
 * the most of them. One that is whole up to some event counts that far.
 *
 * @throws {UnreadableRecording} if it is not an archive, or has no events.
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

/** Reads a recording as events of one kind, and counts those that the kind describes. */
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
      const document = kind.documentOf(event);
      if (document !== undefined) {
        const { typeName, id, message } = document;
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

/** Why a file cannot be read. What is in it may be anybody's, and is not quoted. */
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
  // Errors of the system have such a code.
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "it is not an archive of events";
}
