import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  mapEvents,
  OpenAIHttpError,
  type OpenedRunEvents,
  type RunEventsStart,
  type RunStepSource,
  type SourceAnswer,
  type SourceCall,
} from "@stepwire/connect";
import type { GetRunStepRequest, ListRunStepsRequest, RunStep, RunStepList } from "@stepwire/core";
import { pageOf } from "./page.js";
import {
  indexRun,
  type RecordedRun,
  type RecordedStart,
  readEvents,
  replayable,
  UnreadableRecording,
} from "./recorded-run.js";

/** Where the archives are, and how they are played. */
export interface ReplayOptions {
  readonly directory: string;
  readonly maxEventBytes: number;
  /** Whether bytes of a stream that are not UTF-8 become U+FFFD. @defaultValue false */
  readonly replaceInvalidUtf8?: boolean;
  /** How long to wait before each event, in milliseconds. */
  readonly pace: number;
}

const starts: Readonly<Record<RunEventsStart["case"], RecordedStart>> = {
  createRun: "create_run",
  createThreadAndRun: "create_thread_and_run",
  submitToolOutputs: "submit_tool_outputs",
};

/** A file that is not replayed. */
export interface SkippedFile {
  /** Its name, without its folder. */
  readonly name: string;
  readonly reason: string;
}

/**
 * Serves recorded runs: a stream is the next archive of those that were begun the same
 * way on the same thread and run; steps are as their last event left them.
 */
export class ReplaySource implements RunStepSource {
  readonly #runs: ReadonlyMap<string, RecordedRun>;
  readonly #options: ReplayOptions;
  readonly #turns = new Map<string, number>();

  /** The files that cannot be read. */
  readonly skipped: readonly SkippedFile[];

  private constructor(
    runs: readonly RecordedRun[],
    skipped: readonly SkippedFile[],
    options: ReplayOptions,
  ) {
    this.#runs = new Map(runs.map((run) => [run.name, run]));
    this.skipped = skipped;
    this.#options = options;
  }

  /**
   * Reads all archives (`*.pb`) and streams (`*.sse`) of a folder once. One that cannot
   * be read is skipped.
   */
  static async open(options: ReplayOptions): Promise<ReplaySource> {
    const names = (await readdir(options.directory)).filter((name) => replayable.test(name)).sort();
    const runs: RecordedRun[] = [];
    const skipped: SkippedFile[] = [];
    for (const name of names) {
      try {
        runs.push(await indexRun(name, join(options.directory, name), options));
      } catch (error) {
        if (!(error instanceof UnreadableRecording)) {
          throw error;
        }
        skipped.push({ name, reason: error.message });
      }
    }
    return new ReplaySource(runs, skipped, options);
  }

  /** The archives. */
  get runs(): readonly RecordedRun[] {
    return [...this.#runs.values()];
  }

  async getRunStep({ threadId, runId, stepId }: GetRunStepRequest): Promise<SourceAnswer<RunStep>> {
    const step = this.#steps(threadId, runId).find(({ id }) => id === stepId);
    if (step === undefined) {
      throw notFound("run step", stepId);
    }
    return await Promise.resolve({ content: step });
  }

  async listRunSteps(request: ListRunStepsRequest): Promise<SourceAnswer<RunStepList>> {
    const steps = this.#steps(request.threadId, request.runId);
    return await Promise.resolve({ content: pageOf(steps, request) });
  }

  async openRunEvents(start: RunEventsStart, call: SourceCall): Promise<OpenedRunEvents> {
    const run = this.#next(start);
    return await Promise.resolve(this.#play(run, 0, call.signal));
  }

  async reopenRunEvents(
    streamId: string,
    after: number,
    call: SourceCall,
  ): Promise<OpenedRunEvents | undefined> {
    const [, name = ""] = /^replay:(.+):[-0-9a-f]{36}$/.exec(streamId) ?? [];
    const run = this.#runs.get(name);
    const opened = run && { ...this.#play(run, after, call.signal), streamId };
    return await Promise.resolve(opened);
  }

  #play(run: RecordedRun, after: number, signal: AbortSignal): OpenedRunEvents {
    const streamId = `replay:${run.name}:${randomUUID()}`;
    const events = mapEvents(this.#events(run, after, signal), {
      // What the system says of a file may name it.
      mapError: (cause) =>
        signal.aborted
          ? cause
          : OpenAIHttpError.create(500, { message: "The recording cannot be read." }, { cause }),
    });
    return { streamId, events };
  }

  async *#events(
    { path }: RecordedRun,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    const { pace } = this.#options;
    let number = 0;
    for await (const event of readEvents(path, this.#options)) {
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

  #next(start: RunEventsStart): RecordedRun {
    const same = this.runs.filter((run) => run.start === starts[start.case]);
    const candidates = same.filter((run) => belongs(run, start));
    const key = candidates.map(({ name }) => name).join("/");
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const run = candidates[turn % candidates.length];
    if (run === undefined) {
      throw start.case === "createThreadAndRun"
        ? notFound("recorded run", "any")
        : notFound("thread", start.value.threadId);
    }
    return run;
  }

  /** The steps of a run, the oldest first; those of all its archives. */
  #steps(threadId: string, runId: string): RunStep[] {
    const runs = this.runs.filter((run) => run.threadId === threadId && run.runId === runId);
    if (runs.length === 0) {
      throw notFound("run", runId);
    }
    const steps = new Map(runs.flatMap((run) => [...run.steps]));
    return [...steps.values()].sort((a, b) => Number(a.createdAt - b.createdAt));
  }
}

function belongs(run: RecordedRun, start: RunEventsStart): boolean {
  switch (start.case) {
    case "createThreadAndRun":
      return true;
    case "createRun":
      return run.threadId === start.value.threadId;
    case "submitToolOutputs":
      return run.threadId === start.value.threadId && run.runId === start.value.runId;
  }
}

function notFound(what: string, id: string): OpenAIHttpError {
  return OpenAIHttpError.create(404, { message: `No ${what} found with id '${id}'.` });
}
