import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fromBinary } from "@bufbuild/protobuf";
import { type RunStep, RunStepSchema, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { EventStreamError } from "@stepwire/openai-sse";
import { ArchiveError, readArchive } from "@stepwire/wire";
import { eventOf } from "../archive/archived-event.js";
import { decodeEventStream } from "../conversion.js";

/** How a recorded stream was begun. */
export type RecordedStart = "create_run" | "create_thread_and_run" | "submit_tool_outputs";

/** What is known of an archive without reading it again. */
export interface RecordedRun {
  /** The name of the archive, without its folder. */
  readonly name: string;
  readonly path: string;
  readonly start: RecordedStart;
  readonly threadId: string | undefined;
  readonly runId: string | undefined;
  /** The steps as the events left them, in the order of their first event. */
  readonly steps: ReadonlyMap<string, RunStep>;
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
 * The events of an archive, or of server-sent events in a file, in binary.
 *
 * @throws {UnreadableRecording} if it is not a file: a pipe would be waited for, and a
 * device read for ever.
 */
export async function* readEvents(
  path: string,
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
      yield* decodeEventStream(chunks, { maxBytes: maxEventBytes, replaceInvalidUtf8 });
      return;
    }
    for await (const { bytes } of readArchive(chunks, { maxBytes: maxEventBytes })) {
      const event = eventOf(bytes);
      if (event !== undefined) {
        yield event;
      }
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads an archive for what can be looked up in it. One that is whole up to some event
 * counts that far.
 *
 * @throws {UnreadableRecording} if it is not an archive, or has no events.
 */
export async function indexRun(
  name: string,
  path: string,
  limits: RecordingLimits,
): Promise<RecordedRun> {
  const steps = new Map<string, RunStep>();
  const names = new Set<string>();
  let ids: RunIds = { threadId: undefined, runId: undefined };
  let damage: ArchiveError | undefined;
  try {
    for await (const bytes of readEvents(path, limits)) {
      const event = fromBinary(StreamEventSchema, bytes);
      const step = stepOf(event);
      if (step !== undefined) {
        steps.set(step.id, step);
      }
      names.add(nameOf(event));
      ids = {
        threadId: ids.threadId ?? idsOf(event).threadId,
        runId: ids.runId ?? idsOf(event).runId,
      };
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
  return { name, path, start: startOf(names), ...ids, steps, damage };
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

interface RunIds {
  readonly threadId: string | undefined;
  readonly runId: string | undefined;
}

function stepOf({ event }: StreamEvent): RunStep | undefined {
  // What is left after the deltas, the end and foreign events are whole steps.
  return event.value !== undefined &&
    typeof event.value === "object" &&
    event.value.$typeName === RunStepSchema.typeName
    ? event.value
    : undefined;
}

function nameOf({ event }: StreamEvent): string {
  return event.case === "other" ? event.value.event : "";
}

function startOf(names: ReadonlySet<string>): RecordedStart {
  if (names.has("thread.created")) {
    return "create_thread_and_run";
  }
  return names.has("thread.run.created") ? "create_run" : "submit_tool_outputs";
}

/** The run that an event belongs to. */
function idsOf(message: StreamEvent): RunIds {
  const step = stepOf(message);
  if (step !== undefined) {
    return { threadId: step.threadId, runId: step.runId };
  }
  const { event } = message;
  const isRun = event.case === "other" && /^thread\.run\.[a-z_]+$/.test(event.value.event);
  const run = isRun ? parseObject(event.value.data) : {};
  return { threadId: text(run["thread_id"]), runId: text(run["id"]) };
}

function parseObject(json: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
